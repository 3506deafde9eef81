import assert from "node:assert/strict";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { test } from "node:test";
import { serveHttp } from "./testing/local-servers.ts";
import { openTestEgress } from "./testing/open-test-egress.ts";

const loopback = async () => ["127.0.0.1"];
const get = (url: string, headers = "") =>
  `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`;
const statusOf = (answer: string) => Number(answer.split(" ")[1]);

test("forwards HTTP requests and tunnels to an allowed host, and explains why another host is blocked", async (t) => {
  const server = await serveHttp(t);
  const decisions: unknown[] = [];
  const { ask, denied } = await openTestEgress(t, {
    measure: (one) => void decisions.push(one.kind === "egressDecided" && one.decision),
    allow: [`allowed.example:${server.port}`],
    privateHosts: ["allowed.example", "other.example"],
    lookup: loopback,
  });
  assert.match(await ask(get(`http://allowed.example:${server.port}/a?b=c`)), /^HTTP\/1.1 200[\s\S]*hello$/);
  assert.equal(server.seen[0]!.request.url, "/a?b=c");
  const tunneled = await ask(
    `CONNECT allowed.example:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n${get("/in-tunnel").replace("Host: x", `Host: allowed.example:${server.port}`)}`,
  );
  assert.match(tunneled, /^HTTP\/1.1 200 Connection Established\r\n\r\nHTTP\/1.1 200[\s\S]*hello$/);
  assert.deepEqual(denied, [], "control: no request was refused");
  assert.deepEqual(decisions.splice(0), ["allowed", "allowed"]);

  const refused = await ask(get(`http://other.example:${server.port}/`));
  assert.match(
    refused,
    new RegExp(`^HTTP/1.1 403 Tembo does not allow egress to other.example:${server.port}\r\n`),
  );
  assert.match(refused, new RegExp(`add "other.example:${server.port}" to the egress allowlist`));
  assert.equal(statusOf(await ask(`CONNECT other.example:443 HTTP/1.1\r\nHost: x\r\n\r\n`)), 403);
  assert.equal(statusOf(await ask(`CONNECT allowed.example:22 HTTP/1.1\r\nHost: x\r\n\r\n`)), 403);
  assert.deepEqual(denied, [
    { host: "other.example", port: server.port, reason: "notAllowed" },
    { host: "other.example", port: 443, reason: "notAllowed" },
    { host: "allowed.example", port: 22, reason: "notAllowed" },
  ]);
  assert.deepEqual(decisions, ["denied", "denied", "denied"]);
});

test("responds with 400 to anything but a proxy request, and forwards nothing", async (t) => {
  const server = await serveHttp(t);
  const place = `allowed.example:${server.port}`;
  const { ask } = await openTestEgress(t, {
    allow: [place],
    privateHosts: ["allowed.example"],
    lookup: loopback,
  });
  const url = `http://${place}/`;
  const post = (headers: string, body: string) => `POST ${url} HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`;
  const table = {
    "origin form": get("/"),
    "https in absolute form": get(`https://${place}/`),
    "user in the URL": get(`http://user@${place}/`),
    "another scheme": get(`ftp://${place}/`),
    asterisk: "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT without a port": "CONNECT allowed.example HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT to a URL": `CONNECT ${url} HTTP/1.1\r\nHost: x\r\n\r\n`,
    "CONNECT to a user": `CONNECT user@${place} HTTP/1.1\r\nHost: x\r\n\r\n`,
    "two lengths of body": post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    "two lengths, the other way round": post(
      "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
      "0\r\n\r\n",
    ),
    "two different lengths": post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
    "an unknown transfer encoding": post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
    "space before the colon": post("Content-Length : 5\r\n", "hello"),
    "a folded header": post("X-A: b\r\n Content-Length: 5\r\n", "hello"),
    "a bare line feed": `GET ${url} HTTP/1.1\nHost: x\n\n`,
    "a bare carriage return": get(url, "X-A: b\rContent-Length: 5\r\n"),
    "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no HTTP": "\u0016\u0003\u0001 hello\r\n\r\n",
  };
  for (const [name, bytes] of Object.entries(table)) assert.equal(statusOf(await ask(bytes)), 400, name);
  assert.equal(statusOf(await ask(get(url, `X-A: ${"a".repeat(40_000)}\r\n`))), 431);
  assert.equal(server.seen.length, 0);
  assert.equal(statusOf(await ask(get(url))), 200, "control: forwards the plain request");
});

test("forwards a request with the target's Host header, one framing header and no proxy headers", async (t) => {
  const server = await serveHttp(t, (request, response) => request.once("end", () => response.end()));
  const place = `allowed.example:${server.port}`;
  const { ask } = await openTestEgress(t, {
    allow: [place],
    privateHosts: ["allowed.example"],
    lookup: loopback,
  });
  await ask(
    `GET http://${place}/ HTTP/1.1\r\nHost: victim.example\r\nProxy-Authorization: Basic eA==\r\nProxy-Connection: close\r\n` +
      "Connection: close, X-Named\r\nX-Named: 1\r\nX-Kept: 1\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n" +
      "2a\r\nGET /smuggled HTTP/1.1\r\nHost: smuggled\r\n\r\n\r\n0\r\n\r\n",
  );
  const [{ request, body }] = server.seen as [(typeof server.seen)[0]];
  assert.equal(server.seen.length, 1, "the body was not treated as a second request");
  assert.match(body, /smuggled/);
  assert.equal(request.headers.host, place);
  assert.equal(request.headers["x-kept"], "1");
  assert.equal(request.headers["transfer-encoding"], "chunked");
  for (const name of ["proxy-authorization", "proxy-connection", "x-named", "te"]) {
    assert.equal(request.headers[name], undefined, name);
  }
});

test("checks each request on a connection separately", async (t) => {
  const [one, two] = [
    await serveHttp(t, (_q, r) => r.end("one")),
    await serveHttp(t, (_q, r) => r.end("two")),
  ];
  const { ask, denied } = await openTestEgress(t, {
    allow: [`one.example:${one.port}`, `two.example:${two.port}`],
    privateHosts: ["one.example", "two.example"],
    lookup: loopback,
  });
  const keep = (url: string) => `GET ${url} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const answers = await ask(
    keep(`http://one.example:${one.port}/`) +
      keep(`http://two.example:${two.port}/`) +
      get(`http://three.example:${one.port}/`),
  );
  assert.match(answers, /^HTTP\/1.1 200[\s\S]*one[\s\S]*HTTP\/1.1 200[\s\S]*two[\s\S]*HTTP\/1.1 403/);
  assert.equal(denied.length, 1);
});

test("blocks a host name that resolves to a private address unless the operator lists it", async (t) => {
  const server = await serveHttp(t);
  const policy = { kind: "open" } as const;
  const { ask, denied } = await openTestEgress(t, { policy, lookup: loopback });
  const url = `http://rebound.example:${server.port}/`;
  const refused = await ask(get(url));
  assert.match(refused, /^HTTP\/1.1 403 [\s\S]*TEMBO_PRIVATE_HOSTS/);
  assert.equal(
    statusOf(await ask(`CONNECT rebound.example:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n`)),
    403,
  );
  const spellings = [
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "017700000001",
    "[::ffff:127.0.0.1]",
    "[::1]",
    "0",
  ];
  for (const spelling of spellings) {
    assert.equal(statusOf(await ask(get(`http://${spelling}:${server.port}/`))), 403, spelling);
    assert.equal(
      statusOf(await ask(`CONNECT ${spelling}:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n`)),
      403,
      spelling,
    );
  }
  assert.ok(denied.every(({ reason }) => reason === "notPublic"));
  assert.equal(denied.length, 2 + 2 * spellings.length);
  assert.equal(server.seen.length, 0);

  const listed = await openTestEgress(t, { policy, lookup: loopback, privateHosts: ["rebound.example"] });
  assert.equal(statusOf(await listed.ask(get(url))), 200, "control: the host is on the operator's list");
});

test("blocks a cloud metadata address, even if the operator lists it or a host that resolves to it", async (t) => {
  const { ask, denied } = await openTestEgress(t, {
    policy: { kind: "open" },
    lookup: async () => ["169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254", "0.0.0.0"],
    privateHosts: ["metadata.example", "169.254.169.254"],
  });
  assert.equal(statusOf(await ask(get("http://metadata.example/"))), 403);
  assert.equal(statusOf(await ask(get("http://169.254.169.254/latest/"))), 403);
  assert.equal(denied.length, 2);
});

test("resolves a name once per connection, and connects to the address that it checked", async (t) => {
  const server = await serveHttp(t);
  let lookups = 0;
  const { ask } = await openTestEgress(t, {
    allow: [`turning.example:${server.port}`],
    privateHosts: ["turning.example"],
    lookup: async () => (lookups++ === 0 ? ["127.0.0.1"] : ["169.254.169.254"]),
  });
  const url = `http://turning.example:${server.port}/`;
  assert.equal(statusOf(await ask(get(url))), 200);
  assert.equal(lookups, 1);
  assert.equal(statusOf(await ask(get(url))), 403, "checks the next connection again");
  assert.equal(lookups, 2);
  assert.equal(server.seen.length, 1);
});

test("explains why a host cannot be reached", async (t) => {
  const { ask } = await openTestEgress(t, {
    allow: ["gone.example", "nowhere.example"],
    privateHosts: ["gone.example"],
    lookup: async (host) => {
      if (host === "gone.example") return ["127.0.0.1"];
      throw new Error("getaddrinfo ENOTFOUND nowhere.example");
    },
  });
  assert.match(await ask(get("http://nowhere.example/")), /^HTTP\/1.1 502 [\s\S]*has no address/);
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, "close");
  const other = await openTestEgress(t, {
    allow: [`gone.example:${port}`],
    privateHosts: ["gone.example"],
    lookup: loopback,
  });
  assert.match(
    await other.ask(`CONNECT gone.example:${port} HTTP/1.1\r\n\r\n`),
    /^HTTP\/1.1 502 [\s\S]*cannot be reached/,
  );
});

test("closes open connections on close", async (t) => {
  const server = await serveHttp(t, (_request, response) => response.write("and then"));
  const place = `allowed.example:${server.port}`;
  const { proxy, dial, socketPath } = await openTestEgress(t, {
    allow: [place],
    privateHosts: ["allowed.example"],
    lookup: loopback,
  });
  const [plain, tunnel] = [await dial(), await dial()];
  plain.write(get(`http://${place}/`));
  tunnel.write(`CONNECT ${place} HTTP/1.1\r\n\r\n${get("/").replace("Host: x", `Host: ${place}`)}`);
  await Promise.all([plain, tunnel].map((socket) => once(socket, "data")));
  const ended = Promise.all([plain, tunnel].map((socket) => text(socket).catch(() => "cut")));
  await proxy.close();
  await ended;
  await proxy.close();
  await assert.rejects(stat(socketPath), { code: "ENOENT" });
});

test("closes connections beyond the limit without a response", async (t) => {
  const { dial } = await openTestEgress(t, { limits: { connections: 2 } });
  const held = [await dial(), await dial()];
  assert.equal(await text(await dial()), "");
  for (const socket of held) socket.destroy();
  await Promise.all(held.map((socket) => once(socket, "close")));
});

test("applies the connection limit to pipelined requests", async (t) => {
  const server = await serveHttp(t, () => {});
  const place = `allowed.example:${server.port}`;
  const { ask } = await openTestEgress(t, {
    allow: [place],
    privateHosts: ["allowed.example"],
    lookup: loopback,
    limits: { connections: 3 },
  });
  assert.equal(await ask(`GET http://${place}/ HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(20)), "");
  assert.ok(server.seen.length <= 3);
});

test("a tunnel transfers more data than its buffers hold, in both directions at once", async (t) => {
  const bytes = Buffer.alloc(8 * 1024 * 1024, "tembo\n");
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
  await once(echo, "listening");
  t.after(() => echo.close());
  const { port } = echo.address() as AddressInfo;
  const { socketPath } = await openTestEgress(t, {
    allow: [`echo.example:${port}`],
    privateHosts: ["echo.example"],
    lookup: loopback,
  });
  const socket = connect({ path: socketPath, allowHalfOpen: true });
  socket.write(`CONNECT echo.example:${port} HTTP/1.1\r\n\r\n`);
  socket.end(bytes);
  const answer = await buffer(socket);
  const body = answer.subarray(answer.indexOf("\r\n\r\n") + 4);
  assert.equal(body.compare(bytes), 0);
});
