import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { serveTls } from "../testing/local-servers.ts";
import { openTestEgress, type TestEgressOptions } from "../testing/open-test-egress.ts";

test("closes a TLS connection to a host other than the tunnel's, unless that host is also allowed", async (t) => {
  const { handshake, denied, server, port } = await setUp(t);
  assert.match(await handshake("front.example"), /200 OK/);
  assert.match(await handshake("friend.example"), /200 OK/, "the other host is also allowed");
  assert.match(await handshake("FRONT.example"), /200 OK/);
  assert.match(await handshake(undefined), /200 OK/, "allows a handshake without a server name");
  assert.deepEqual(denied, []);
  await assert.rejects(handshake("hidden.example"));
  assert.deepEqual(denied, [{ host: "hidden.example", port, reason: "notAllowed" }]);
  assert.equal(server.seen.length, 4);
});

test("control: forwards TLS for every server name under a policy that allows every host", async (t) => {
  const { handshake, denied } = await setUp(t, { policy: { kind: "open" } });
  assert.match(await handshake("hidden.example"), /200 OK/);
  assert.deepEqual(denied, []);
});

test("finds the server name however the ClientHello is split into pieces and records", async (t) => {
  const hello = await clientHello("hidden.example");
  const body = hello.subarray(5);
  const records = [body.subarray(0, 3), body.subarray(3, 70), body.subarray(70)].map((part) =>
    Buffer.concat([hello.subarray(0, 3), Buffer.from([part.length >> 8, part.length & 0xff]), part]),
  );
  for (const pieces of [[hello.subarray(0, 1), hello.subarray(1, 60), hello.subarray(60)], records]) {
    const { dial, connectLine, denied } = await setUp(t);
    const socket = await dial();
    const ended = text(socket);
    socket.write(connectLine);
    for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
    assert.match(await ended, /^HTTP\/1.1 200 [^\r]*\r\n\r\n$/);
    assert.equal(denied[0]?.host, "hidden.example");
  }
});

test("closes the connection if the ClientHello is too large or still incomplete at the timeout", async (t) => {
  const hello = await clientHello("front.example");
  const late = await setUp(t, { limits: { helloMs: 50 } });
  assert.match(await late.ask(Buffer.concat([late.connectLine, hello.subarray(0, 50)])), /^HTTP\/1.1 200 /);
  const large = await setUp(t);
  // A ClientHello that announces 16 MiB.
  const endless = Buffer.concat([
    Buffer.from([22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff]),
    Buffer.alloc(0x4000 - 4),
    Buffer.from([22, 3, 1, 0x40, 0]),
    Buffer.alloc(0x1000),
  ]);
  assert.match(await large.ask(Buffer.concat([large.connectLine, endless])), /^HTTP\/1.1 200 /);
  assert.equal(late.server.seen.length + large.server.seen.length, 0);
});

test("forwards a server's greeting before the client sends anything", async (t) => {
  const banner = createServer((socket) => socket.end("SSH-2.0-x\r\n")).listen(0, "127.0.0.1");
  await once(banner, "listening");
  t.after(() => banner.close());
  const { port } = banner.address() as AddressInfo;
  const { dial } = await openTestEgress(t, {
    allow: [`front.example:${port}`],
    privateHosts: ["front.example"],
    lookup: async () => ["127.0.0.1"],
  });
  const socket = await dial();
  socket.write(`CONNECT front.example:${port} HTTP/1.1\r\n\r\n`);
  assert.match(await text(socket), /SSH-2.0-x\r\n$/);
});

async function setUp(t: TestContext, options: TestEgressOptions = {}) {
  const server = await serveTls(t);
  const { port } = server;
  const proxy = await openTestEgress(t, {
    allow: [`front.example:${port}`, `friend.example:${port}`],
    privateHosts: ["*.example.com", "front.example"],
    lookup: async () => ["127.0.0.1"],
    ...options,
  });
  const connectLine = Buffer.from(`CONNECT front.example:${port} HTTP/1.1\r\n\r\n`);
  const handshake = async (servername: string | undefined): Promise<string> => {
    const socket = await proxy.dial();
    socket.write(connectLine);
    await once(socket, "data");
    const secure = connectTls({
      socket,
      ca: server.authority.certificate,
      ...(servername === undefined ? { rejectUnauthorized: false } : { servername }),
    });
    await once(secure, "secureConnect");
    secure.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    return text(secure);
  };
  return { ...proxy, server, port, connectLine, handshake };
}

/** Returns the first bytes that a real client sends. */
async function clientHello(servername: string): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const secure = connectTls({ port: (server.address() as AddressInfo).port, servername });
  secure.on("error", () => {});
  const [socket] = await once(server, "connection");
  const [hello] = await once(socket, "data");
  socket.destroy();
  server.close();
  return hello;
}
