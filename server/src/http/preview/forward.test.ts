import assert from "node:assert/strict";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { after, before, test } from "node:test";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { pollUntil } from "../../runtime/poll-until.ts";
import { openHalf, readToEnd } from "../../testing/test-server.ts";
import { type PreviewWorld, startPreviewWorld } from "./testing/preview-world.ts";

let world: PreviewWorld;
before(async () => {
  world = await startPreviewWorld();
});
after(() => world[Symbol.asyncDispose]());

/** Publishes a program and returns its preview with a cookie that opens it. */
async function published(port: number) {
  const preview = await world.publish(port);
  return { preview, cookie: await world.enter(preview) };
}
async function publishedHttp(listener: RequestListener) {
  return published(await world.run(listener));
}
/** Publishes a program that sends this response, byte by byte as given. */
async function publishedRaw(response: string) {
  return published(await world.runRaw((socket) => socket.once("data", () => socket.end(response))));
}
async function removeAll() {
  await world.testStore.database.pool.query("delete from previews");
}

async function waitUntil(isTrue: () => boolean) {
  assert.ok(await pollUntil(isTrue, { every: 10, timeoutMs: 10_000 }), String(isTrue));
}

/** Sends bytes to the server, and returns everything that it sends until it closes the connection. */
async function sendRaw(bytes: string): Promise<string> {
  const socket = await world.connect();
  socket.write(bytes);
  return readToEnd(socket);
}

test("streams a response while the program still sends it, and a request body while the browser does", async () => {
  const { preview, cookie } = await publishedHttp((request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: ready\n\n");
    request.on("data", (chunk) => response.write(`data: ${chunk}\n\n`));
    request.on("end", () => response.end("data: end\n\n"));
  });
  const socket = connect({ port: world.port, host: "127.0.0.1" });
  const next = async () => String((await once(socket, "data"))[0]);
  socket.write(
    `POST / HTTP/1.1\r\nhost: ${new URL(preview.url).host}\r\ncookie: ${cookie}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n`,
  );
  let text = "";
  while (!text.includes("data: ready")) text += await next();
  for (const word of ["one", "two"]) {
    socket.write(`3\r\n${word}\r\n`);
    while (!text.includes(`data: ${word}`)) text += await next();
  }
  socket.write("0\r\n\r\n");
  assert.match(text + (await readToEnd(socket)), /data: end/);
});

test("closes the connection to the program when the browser leaves", async () => {
  const left = Promise.withResolvers<void>();
  const { preview, cookie } = await publishedHttp((_request, response) => {
    response.write("first");
    response.once("close", () => left.resolve());
  });
  const socket = connect({ port: world.port, host: "127.0.0.1" });
  socket.write(`GET / HTTP/1.1\r\nhost: ${new URL(preview.url).host}\r\ncookie: ${cookie}\r\n\r\n`);
  await once(socket, "data");
  socket.destroy();
  await left.promise;
});

test("forwards HEAD, an empty response, a status without a body, and a body that the program does not read", async () => {
  const { preview, cookie } = await publishedHttp((request, response) => {
    if (request.url === "/none") response.writeHead(204).end();
    else if (request.url === "/cached") response.writeHead(304, { etag: '"1"' }).end();
    else if (request.url === "/full") response.writeHead(413).end("no");
    else
      response.writeHead(200, { "content-length": 5 }).end(request.method === "HEAD" ? undefined : "hello");
  });
  const headers = { cookie };
  const head = await world.ask(preview.url, { method: "HEAD", headers });
  assert.deepEqual([head.status, head.headers["content-length"], head.text], [200, "5", ""]);
  assert.equal((await world.ask(`${preview.url}none`, { headers })).status, 204);
  assert.equal((await world.ask(`${preview.url}cached`, { headers })).headers.etag, '"1"');
  const full = await world.ask(`${preview.url}full`, {
    method: "POST",
    headers,
    body: "x".repeat(4_000_000),
  });
  assert.deepEqual([full.status, full.text], [413, "no"]);
});

test("continues a request that expects it, and sends the program a request without that header", async () => {
  const { preview, cookie } = await publishedHttp(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.end(`${request.headers.expect} ${Buffer.concat(chunks)}`);
  });
  const text = await sendRaw(
    `POST / HTTP/1.1\r\nhost: ${new URL(preview.url).host}\r\ncookie: ${cookie}\r\nexpect: 100-continue\r\ncontent-length: 4\r\nconnection: close\r\n\r\nbody`,
  );
  assert.match(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK[\s\S]*undefined body/);
});

test("removes hop-by-hop headers in both directions, including those that Connection names", async () => {
  const { preview, cookie } = await publishedHttp((request, response) => {
    response.writeHead(200, {
      connection: "close, x-hop",
      "x-hop": "1",
      "x-end": "1",
      "keep-alive": "timeout=9",
      "proxy-authenticate": "Basic",
      "clear-site-data": '"*"',
      "alt-svc": 'h3="evil.example:443"',
      "strict-transport-security": "max-age=9; includeSubDomains",
    });
    response.end(JSON.stringify(Object.keys(request.headers)));
  });
  const answer = await world.ask(preview.url, {
    headers: {
      cookie,
      connection: "close, x-mine",
      "x-mine": "1",
      te: "trailers",
      "proxy-authorization": "x",
      "x-kept": "1",
    },
  });
  assert.deepEqual(JSON.parse(answer.text).toSorted(), ["connection", "host", "x-kept"]);
  assert.equal(answer.headers["x-end"], "1");
  for (const name of [
    "x-hop",
    "proxy-authenticate",
    "clear-site-data",
    "alt-svc",
    "strict-transport-security",
  ])
    assert.equal(answer.headers[name], undefined, name);
});

const ambiguous: readonly (readonly [what: string, lines: string])[] = [
  ["two lengths", "content-length: 4\r\ncontent-length: 5\r\n\r\nbody"],
  ["a length and chunks", "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
  ["an unknown transfer coding", "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n"],
  ["a space before the colon", "content-length : 4\r\n\r\nbody"],
  ["a folded header", "x-a: 1\r\n b\r\n\r\n"],
  ["two hosts", "host: other.preview.localhost\r\n\r\n"],
];
test("rejects requests with ambiguous framing or hosts before the program receives anything", async () => {
  const received: string[] = [];
  let current = "";
  const { preview, cookie } = await published(
    await world.runRaw((socket) => socket.on("data", () => received.push(current))),
  );
  const start = `POST / HTTP/1.1\r\nhost: ${new URL(preview.url).host}\r\ncookie: ${cookie}\r\nconnection: close\r\n`;
  for (const [what, lines] of ambiguous) {
    current = what;
    assert.match(await sendRaw(start + lines), /^HTTP\/1\.1 40[04] /, what);
  }
  const proxy = start.replace("POST / ", "POST http://localhost/ ");
  assert.match(await sendRaw(`${proxy}content-length: 0\r\n\r\n`), /^HTTP\/1\.1 400 /, "an absolute address");
  assert.deepEqual(received, []);
});

const broken: readonly (readonly [what: string, response: string])[] = [
  ["garbage", "hello\n"],
  ["nothing", ""],
  ["endless headers", `HTTP/1.1 200 OK\r\n${`x-long: ${"y".repeat(1_000)}\r\n`.repeat(40)}`],
  ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"],
  [
    "a length and chunks",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  ["another protocol", "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nraw"],
  ["a status of 999", "HTTP/1.1 999 No\r\ncontent-length: 0\r\n\r\n"],
  ["a bare line feed in a header", "HTTP/1.1 200 OK\r\nx: a\rb\r\n\r\n"],
];
test("sends a page instead of a response that is not valid HTTP", async (t) => {
  for (const [what, response] of broken)
    await t.test(what, async () => {
      const { preview, cookie } = await publishedRaw(response);
      const answer = await world.ask(preview.url, { headers: { cookie } });
      assert.equal(answer.status, 502);
      assert.match(answer.text, /^The program sent no valid response\./);
      await removeAll();
    });
});

test("cuts a response whose end is missing, and drops bytes after its end", async () => {
  const short = await publishedRaw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf");
  await assert.rejects(world.ask(short.preview.url, { headers: { cookie: short.cookie } }), {
    code: "ECONNRESET",
  });
  const long = await publishedRaw(
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\naHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil",
  );
  const answer = await world.ask(long.preview.url, { headers: { cookie: long.cookie } });
  assert.equal(answer.text, "a");
  await removeAll();
});

async function serveSockets() {
  const server = new WebSocketServer({ noServer: true });
  const port = await world.run((_request, response) => response.writeHead(426).end("upgrade"));
  return { server, port };
}

test("forwards a WebSocket in both directions, with the program's protocol, and ends it with the person's access", async () => {
  await using short = await startPreviewWorld({ accessCheckMs: 20 });
  const program = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "chat" });
  await once(program, "listening");
  const requests: Record<string, unknown>[] = [];
  program.on("connection", (socket, request) => {
    requests.push(request.headers);
    socket.on("message", (data: RawData, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const preview = await short.publish((program.address() as AddressInfo).port);
  const cookie = await short.enter(preview);
  const { host, origin } = new URL(preview.url);
  const open = (headers: Record<string, string>) =>
    new WebSocket(`ws://127.0.0.1:${short.port}/hmr?token=1`, ["chat"], {
      headers: { host, origin, ...headers },
    });
  const socket = open({ cookie });
  await once(socket, "open");
  for (const data of ["text", "x".repeat(300_000)]) {
    socket.send(data);
    assert.equal(String((await once(socket, "message"))[0]), data);
  }
  assert.equal(socket.protocol, "chat");
  const [{ cookie: shown, host: localHost, origin: localOrigin } = {}] = requests;
  assert.deepEqual(
    [shown, localHost, localOrigin],
    [undefined, `localhost:${preview.port}`, `http://localhost:${preview.port}`],
  );
  for (const headers of [{}, { cookie, origin: "http://evil.example" }]) {
    const refused = open(headers);
    const [, response] = await once(refused, "unexpected-response");
    assert.match(String(response.statusCode), /^40[13]$/);
  }
  assert.equal(requests.length, 1, "the program receives no other request");
  assert.equal(short.warmSandboxes.keepAlives.count(short.sessionId, "preview"), 1);
  const closed = once(socket, "close");
  await short.testStore.database.pool.query("delete from preview_grants");
  await closed;
  program.close();
});

test("forwards a program's refusal of a WebSocket, and rejects a handshake without the right key", async () => {
  const { port } = await serveSockets();
  const plain = await published(port);
  const ask = async ({ preview, cookie }: typeof plain) => {
    const { host } = new URL(preview.url);
    const socket = new WebSocket(`ws://127.0.0.1:${world.port}/`, { headers: { host, cookie } });
    const [, response] = await once(socket, "unexpected-response");
    return response.statusCode;
  };
  assert.equal(await ask(plain), 426);
  const wrong =
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: x\r\n\r\n";
  assert.equal(await ask(await publishedRaw(wrong)), 502);
  assert.equal(await ask(await publishedRaw("garbage")), 502);
  await removeAll();
});

const upgrade = "connection: upgrade\r\nupgrade: websocket\r\n";

test("destroys the socket of a rejected WebSocket, even if the browser sends more or keeps it open", async () => {
  for (const isKept of [false, true]) {
    const { client: browser, socket } = await openHalf(world.app.server);
    browser.write(`GET / HTTP/1.1\r\nhost: 1-aaaaaaaaaaaaaaaa.preview.localhost\r\n${upgrade}\r\n`);
    await once(browser, "end");
    if (!isKept) browser.end("x");
    await waitUntil(() => socket.destroyed);
    browser.destroy();
  }
});

test("ends an ordinary response to a WebSocket request if it is idle or the browser does not read it", async () => {
  await using short = await startPreviewWorld({ idleTimeoutMs: 100 });
  const large = Buffer.alloc(8_000_000);
  const left = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const port = await short.runRaw((socket) => {
    socket.once("data", (head) => {
      const isIdle = String(head).startsWith("GET /idle ");
      socket.once("close", () => left[isIdle ? 0 : 1].resolve());
      socket.write("HTTP/1.1 200 OK\r\n\r\nx");
      if (!isIdle) socket.write(large);
    });
  });
  const preview = await short.publish(port);
  const cookie = await short.enter(preview);
  for (const [path, ended] of [
    ["/idle", left[0]],
    ["/large", left[1]],
  ] as const) {
    const browser = connect({ port: short.port, host: "127.0.0.1" });
    browser.on("error", () => {});
    browser.write(
      `GET ${path} HTTP/1.1\r\nhost: ${new URL(preview.url).host}\r\ncookie: ${cookie}\r\n${upgrade}\r\n`,
    );
    if (path === "/idle") assert.match(await readToEnd(browser), /^HTTP\/1\.1 200 OK/);
    await ended.promise;
    browser.destroy();
  }
});

test("limits the connections to a session, and frees their places", async () => {
  const waiting: (() => void)[] = [];
  const { preview, cookie } = await publishedHttp((_request, response) => {
    waiting.push(() => response.end("done"));
  });
  const all = Array.from({ length: 256 }, () => world.ask(preview.url, { headers: { cookie } }));
  await waitUntil(() => waiting.length === 256);
  const busy = await world.ask(preview.url, { headers: { cookie } });
  assert.match(busy.text, /^Too many open connections\./);
  for (const finish of waiting.splice(0)) finish();
  await Promise.all(all);
  const again = world.ask(preview.url, { headers: { cookie } });
  await waitUntil(() => waiting.length === 1);
  waiting[0]!();
  assert.equal((await again).text, "done");
});

test("ends a response that is late or idle", async () => {
  await using short = await startPreviewWorld({ responseTimeoutMs: 50, idleTimeoutMs: 100 });
  const port = await short.run((request, response) => {
    if (request.url === "/idle") response.write("half");
  });
  const preview = await short.publish(port);
  const headers = { cookie: await short.enter(preview) };
  assert.equal((await short.ask(preview.url, { headers })).status, 504);
  await assert.rejects(short.ask(`${preview.url}idle`, { headers }), { code: "ECONNRESET" });
});
