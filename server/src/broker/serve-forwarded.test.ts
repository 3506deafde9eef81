import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import type { ForwardedConnection } from "../core/turns/index.ts";
import { serveForwarded } from "./serve-forwarded.ts";
import { socketOfTest } from "./testing/socket-of-test.ts";

const slow = { headersTimeout: 50, connectionsCheckingInterval: 20 };

test("responds with 408 to a client that is slow to send its request", async (t) => {
  const path = await makeSocketPath(t);
  const close = await serveForwarded(createServer(slow), socketOfTest(path), 10);
  t.after(close);
  const client = connect(path);
  client.write("GET / HT");
  assert.match(await text(client), /^HTTP\/1.1 408 /);
});

test("closes connections beyond the limit, and all connections on close", async (t) => {
  const path = await makeSocketPath(t);
  const close = await serveForwarded(createServer(), socketOfTest(path), 2);
  const held = [connect(path), connect(path)];
  for (const client of held) await once(client, "connect");
  assert.equal(await text(connect(path)), "");
  const ends = Promise.all(held.map((client) => text(client).catch(() => "")));
  await close();
  assert.deepEqual(await ends, ["", ""]);
});

test("closes all connections on close, even if the listener fails to close or accepts another one", async () => {
  const [[inner, outer], [late, lateOuter]] = [pair(), pair()];
  let handOver: (connection: ForwardedConnection) => void = () => {};
  const listen = async (onConnection: typeof handOver) => {
    handOver = onConnection;
    onConnection(inner as unknown as ForwardedConnection);
    const close = async () => {
      throw new Error("The agent has disconnected.");
    };
    return { close };
  };
  const close = await serveForwarded(createServer(), { listen }, 10);
  outer.write("GET / HT");
  await assert.rejects(close(), { message: "The agent has disconnected." });
  handOver(late as unknown as ForwardedConnection);
  assert.deepEqual([inner.destroyed, late.destroyed], [true, true]);
  lateOuter.destroy();
});

test("serves a connection that is not a Unix socket", async () => {
  const [inner, outer] = pair();
  const server = createServer((request, response) => response.end(request.url));
  const listen = async (onConnection: (connection: ForwardedConnection) => void) => {
    onConnection(inner as unknown as ForwardedConnection);
    return { close: async () => {} };
  };
  const close = await serveForwarded(server, { listen }, 1);
  outer.end("GET /path HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  assert.match(await text(outer), /^HTTP\/1.1 200 [\s\S]*\/path/);
  await close();
});

/** Returns the two ends of an in-memory connection. */
function pair(): [Duplex, Duplex] {
  const end = (other: () => Duplex): Duplex =>
    new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        other().push(chunk);
        done();
      },
      final(done) {
        other().push(null);
        done();
      },
    });
  const one: Duplex = end(() => two);
  const two: Duplex = end(() => one);
  return [one, two];
}

async function makeSocketPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-forwarded-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "s");
}
