import assert from "node:assert/strict";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { newId } from "../core/base/index.ts";
import { testOutbound } from "../outbound/testing/test-outbound.ts";
import { keepLink } from "./keep-link.ts";
import { startProcesses } from "./testing/start-processes.ts";

const firstMs = 250;
const maxMs = 10_000;

/** Keeps a link to a server that closes it at once, because the worker is not registered. Its waits end on request. */
async function start(t: TestContext) {
  const processes = await startProcesses(t);
  const server = await processes.server();
  const workerId = newId();
  const messages: string[] = [];
  let nowMs = 0;
  let waiting = Promise.withResolvers<{ readonly ms: number; readonly end: () => void }>();
  const wait = (ms: number) => new Promise<void>((resolve) => waiting.resolve({ ms, end: resolve }));
  const note = (_fields: object, message: string) => void messages.push(message);
  const close = keepLink({
    ...{ url: server.url, workerId, tokens: processes.tokens, outbound: testOutbound() },
    serve: (connection: Duplex) => void connection.destroy(),
    log: { info: note, warn: note, error: note },
    timing: { wait, nowMs: () => nowMs },
  });
  t.after(close);
  return {
    ...{ ...processes, server, workerId, messages },
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** Resolves to the next wait, and ends it after a change. */
    nextWait: async (change = () => {}) => {
      const { ms, end } = await waiting.promise;
      waiting = Promise.withResolvers();
      change();
      end();
      return ms;
    },
  };
}

test("waits longer after each link that ends at once, and logs this only once", async (t) => {
  const { nextWait, messages, warnings } = await start(t);
  for (let failures = 1; failures <= 9; failures++) {
    const ms = await nextWait();
    const longestMs = Math.min(firstMs * 2 ** (failures - 1), maxMs);
    assert.ok(ms >= longestMs / 2 && ms <= longestMs, `${failures}: ${ms}`);
  }
  assert.deepEqual(messages, [
    "this worker is linked to a server",
    "the link of this worker ended; it opens another one",
  ]);
  assert.deepEqual(warnings, ["a worker that is not registered opened a link"]);
});

test("waits briefly after a link that lasted", async (t) => {
  const { nextWait, pass, server, workers, holders, workerId, until } = await start(t);
  for (let failures = 1; failures <= 5; failures++) await nextWait();
  await nextWait(() => workers.add(workerId));
  await until(workerId, true);
  holders.set("s", workerId);
  await server.forwarding.connectToSession("s", "203.0.113.9", AbortSignal.timeout(60_000));
  pass(10_000);
  server.forwarding.close();
  assert.ok((await nextWait()) <= firstMs);
});
