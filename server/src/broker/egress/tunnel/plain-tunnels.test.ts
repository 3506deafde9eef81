import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { serveHttp } from "../testing/local-servers.ts";
import { openTestEgress, type TestEgressOptions } from "../testing/open-test-egress.ts";

test("blocks a request for another host in a tunnel, however the request is written", async (t) => {
  const { sendPieces, denied, server, port } = await setUp(t);
  assert.match(
    await sendPieces(`GET / HTTP/1.1\r\nHost: front.example\r\n\r\n`),
    /HTTP\/1.1 403 Tembo does not/,
  );
  assert.deepEqual(denied, [{ host: "front.example", port, reason: "notAllowed" }]);
  assert.match(await sendPieces(`GET / HTTP/1.1\r\nHost: a b\r\n\r\n`), /HTTP\/1.1 403 /);
  assert.match(
    await sendPieces("GET /\r\nHost: front.example\r\n\r\n"),
    /HTTP\/1.1 403 /,
    "refuses a request without a version",
  );
  const host = `Host: allowed.example:${port}\r\n`;
  for (const bytes of [
    `GET / HTTP/1.1\r\n${host}Host: front.example\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: friend.example:${port}\r\n\r\n`,
    `GET http://front.example/ HTTP/1.1\r\n${host}\r\n`,
    `CONNECT front.example:${port} HTTP/1.1\r\n${host}\r\n`,
    "get / HTTP/1.1\r\nHost: front.example\r\n\r\n",
    "UNHEARD / HTTP/1.1\r\nHost: front.example\r\n\r\n",
    "GET / HTTP/1.1\nHost: front.example\n\n",
    `GET / HTTP/1.1\r\n${host}X: a\r\n Host: front.example\r\n\r\n`,
    "PROXY TCP4 192.0.2.1 192.0.2.2 1 80\r\nGET / HTTP/1.1\r\nHost: front.example\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ]) {
    assert.match(
      await sendPieces(bytes),
      /^HTTP\/1.1 200 [^\r]*\r\n\r\nHTTP\/1.1 400 /,
      JSON.stringify(bytes),
    );
  }
  assert.equal(server.seen.length, 0);
});

test("control: does not inspect tunnels under a policy that allows every host", async (t) => {
  const { sendPieces, denied, server } = await setUp(t, undefined, { policy: { kind: "open" } });
  const request = "GET / HTTP/1.1\r\nHost: front.example\r\nConnection: close\r\n\r\n";
  assert.match(await sendPieces(request), /HTTP\/1.1 200 OK[\s\S]*hello/);
  assert.equal(server.seen[0]!.request.headers.host, "front.example");
  assert.deepEqual(denied, []);
});

test("checks each request on one connection separately", async (t) => {
  const { sendPieces, denied, server, port } = await setUp(t, (request, response) =>
    response.end(request.url),
  );
  const host = `Host: ALLOWED.example.:${port}\r\n`;
  const answers = await sendPieces(
    `\r\nGET /1 HTTP/1.1\r\n${host}\r\nPOST /2 HTTP/1.1\r\nHost: allowed.example\r\nContent-Length: 2\r\n\r\nhi`,
    `GET /3 HTTP/1.1\r\n${host}\r\nGET /4 HTTP/1.1\r\nHost: front.example\r\n\r\n`,
  );
  assert.match(answers, /HTTP\/1.1 200 OK[\s\S]*\/1[\s\S]*\/2[\s\S]*\/3[\s\S]*HTTP\/1.1 403 /);
  assert.deepEqual(
    server.seen.map(({ request: { url, headers }, body }) => [url, headers.host, body]),
    ["", "hi", ""].map((body, index) => [`/${index + 1}`, `allowed.example:${port}`, body]),
  );
  assert.equal(
    new Set(server.seen.map(({ request }) => request.socket)).size,
    1,
    "all requests use one connection to the server",
  );
  assert.equal(denied.length, 1);
});

test("parses a request that arrives in pieces, and streams the response", async (t) => {
  const { open, port } = await setUp(t, (_request, response) => {
    response.write("first");
    finish = () => response.end("last");
  });
  let finish = () => {};
  const socket = await open();
  for (const letter of `GET / HTTP/1.1\r\nHost: allowed.example:${port}\r\n\r\n`) {
    await new Promise((resolve) => socket.write(letter, resolve));
  }
  let received = "";
  while (!received.includes("first")) received += (await once(socket, "data"))[0];
  assert.doesNotMatch(received, /last/);
  finish();
  while (!received.includes("last")) received += (await once(socket, "data"))[0];
  socket.destroy();
});

test("reconnects for the next request when the server closes the connection after each response", async (t) => {
  const { open, server, port } = await setUp(t, (_request, response) =>
    response.setHeader("connection", "close").end("hello"),
  );
  const socket = await open();
  for (const path of ["/1", "/2"]) {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: allowed.example:${port}\r\n\r\n`);
    let received = "";
    while (!/hello/.test(received)) received += (await once(socket, "data"))[0];
    assert.match(received, /^HTTP\/1.1 200 OK/);
  }
  assert.equal(server.seen.length, 2);
  socket.destroy();
});

test("Node's fetch reuses its tunnels, and a WebSocket connection reaches the same host", async (t) => {
  const { proxyUrl, port, sendPieces, denied } = await setUpWebSocket(t);
  const proxy = await proxyUrl();
  const script = `const url = "//allowed.example:${port}/";
    for (let left = 5; left > 0; left -= 1) console.log(await (await fetch("http:" + url, { method: "POST", body: "x".repeat(100000) })).text());
    const socket = new WebSocket("ws:" + url);
    socket.onmessage = ({ data }) => { console.log(data); process.exit(); };
    socket.onerror = ({ error }) => { console.log("failed", error); process.exit(); };`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env: { PATH: process.env.PATH, NODE_USE_ENV_PROXY: "1", http_proxy: proxy, HTTP_PROXY: proxy },
    timeout: 30_000,
  });
  assert.match(stdout, /^(got 100000 on connection [12]\n){5}hello\n$/, "each connection has its own tunnel");

  const upgrade = (host: string, to = "websocket") =>
    `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: ${to}\r\nSec-WebSocket-Key: x\r\n\r\n`;
  assert.match(await sendPieces(upgrade("front.example")), /HTTP\/1.1 403 /);
  assert.equal(denied.length, 1);
  assert.match(
    await sendPieces(upgrade("allowed.example")),
    /HTTP\/1.1 101 [\s\S]*\u0081\u0005hello/,
    "control",
  );
  assert.match(
    await sendPieces(upgrade("allowed.example", "h2c").replace("Upgrade\r", "Upgrade, close\r")),
    /HTTP\/1.1 200 OK[\s\S]*got 0/,
    "does not switch to another protocol",
  );
});

test("forwards the response of a server that rejects a WebSocket upgrade", async (t) => {
  const { sendPieces } = await setUp(t, (_request, response) => response.writeHead(426).end("not here"));
  const upgrade =
    "GET / HTTP/1.1\r\nHost: allowed.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  assert.match(await sendPieces(upgrade), /HTTP\/1.1 426 [\s\S]*not here/);
});

/**
 * Starts a server that sends one frame over each WebSocket (RFC 6455, section 5) and then closes the WebSocket. It responds to any other request
 * with the length of the body and the number of the connection.
 */
async function setUpWebSocket(t: TestContext) {
  const connections: Socket[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    response.end(`got ${body.length} on connection ${connections.indexOf(request.socket) + 1}`);
  });
  server.on("connection", (socket) => connections.push(socket));
  server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
    const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.end("\u0081\u0005hello", "latin1");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    for (const socket of connections) socket.destroy();
  });
  return openOn(t, (server.address() as AddressInfo).port);
}

async function setUp(t: TestContext, answer?: RequestListener, options: TestEgressOptions = {}) {
  const server = await serveHttp(t, answer);
  return { ...(await openOn(t, server.port, options)), server };
}

async function openOn(t: TestContext, port: number, options: TestEgressOptions = {}) {
  const egress = await openTestEgress(t, {
    allow: [`allowed.example:${port}`, `friend.example:${port}`],
    privateHosts: ["allowed.example", "friend.example"],
    lookup: async () => ["127.0.0.1"],
    ...options,
  });
  const open = async () => {
    const socket = (await egress.dial()).setEncoding("latin1");
    socket.write(`CONNECT allowed.example:${port} HTTP/1.1\r\n\r\n`);
    const [answer] = await once(socket, "data");
    assert.match(String(answer), /^HTTP\/1.1 200 /);
    return socket;
  };
  /** Sends the pieces through a tunnel and returns everything received, including the response to CONNECT. */
  const sendPieces = async (...pieces: string[]) => {
    const socket = (await egress.dial()).setEncoding("latin1");
    const received = text(socket);
    socket.write(`CONNECT allowed.example:${port} HTTP/1.1\r\n\r\n`);
    for (const piece of pieces) await new Promise((resolve) => socket.write(piece, "latin1", resolve));
    return received;
  };
  return { ...egress, open, sendPieces, port };
}
