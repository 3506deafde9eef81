import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { requestOverConnection } from "../outbound/request-over-connection.ts";
import { type ProcessesOptions, startProcesses } from "./testing/start-processes.ts";
import { startRelay } from "./testing/start-relay.ts";

const going = () => AbortSignal.timeout(60_000);
const client = "203.0.113.9";

/** Starts a server, and a worker with the session "s" whose link passes a relay. */
async function start(t: TestContext, options: ProcessesOptions = {}) {
  const processes = await startProcesses(t, options);
  const server = await processes.server();
  const relay = await startRelay(t, server.url);
  const worker = await processes.worker(relay.url, (request, response) => void request.pipe(response));
  await processes.untilRecorded(1);
  processes.holders.set("s", worker.id);
  const connect = async () => (await server.forwarding.connectToSession("s", client, going()))!;
  return { ...processes, server, relay, worker, connect };
}

/** Resolves when the connection has closed, also after an error. */
const whenClosed = (connection: Duplex) =>
  new Promise<void>((resolve) => connection.once("close", () => resolve()));

test("both processes keep running and restore the link after its connection is reset", async (t) => {
  const { relay, connect, untilRecorded } = await start(t);
  for (let round = 1; round <= 3; round++) {
    const closed = whenClosed(await connect());
    relay.reset();
    await closed;
    await untilRecorded(round + 1);
  }
  (await connect()).destroy();
});

test("the worker restores a link that passes no more data, and the server forgets it", async (t) => {
  const { relay, connect, recorded, untilRecorded } = await start(t, { pingMs: 10 });
  // A busy machine may miss a ping of a good link.
  const connectSoon = async (): Promise<Duplex> => {
    const before = recorded();
    return connect().catch(async () => {
      await untilRecorded(before + 1);
      return connectSoon();
    });
  };
  for (let round = 1; round <= 2; round++) {
    const open = await connectSoon();
    const before = recorded();
    relay.silence();
    if (!open.destroyed) await whenClosed(open);
    await untilRecorded(before + 1);
  }
  (await connectSoon()).destroy();
});

test("a server keeps running when it cannot accept a link", async (t) => {
  const { server, warnings, untilRecorded, connect } = await start(t);
  // The second call for the same connection fails.
  server.server.on("upgrade", server.forwarding.serveUpgrade);
  server.forwarding.close();
  await untilRecorded(2);
  server.server.removeListener("upgrade", server.forwarding.serveUpgrade);
  assert.ok(warnings.includes("a link could not be accepted; the worker retries"));
  await untilRecorded(3);
  (await connect()).destroy();
});

test("a request that waits for its response fails at both ends when the link breaks", async (t) => {
  const { relay, worker, connect } = await start(t);
  const arrived = once(worker.server, "request") as Promise<[IncomingMessage]>;
  const sent = requestOverConnection(await connect(), {
    method: "POST",
    path: "/",
    headers: { host: "x", "content-length": "1" },
    maxHeaderBytes: 16_384,
  });
  sent.flushHeaders();
  const [received] = await arrived;
  const aborted = once(received, "close").catch(() => {});
  const failed = assert.rejects(once(sent, "response"));
  relay.reset();
  await failed;
  await aborted;
  assert.equal(received.complete, false);
});
