import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../core/base/index.ts";
import { notStarted } from "../core/turns/service/session-service.ts";
import { openTestStore, someTime, type TestStore } from "../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const started = { changedAt: someTime, startedAt: someTime, readyMs: 5, exitCode: null };
const maxBytes = 1024 ** 2;

async function aService() {
  const lease = await t.startTurn((await t.addSession()).id);
  const { sessionId } = lease;
  const begin = async () => {
    const sandboxId = newId();
    const service = notStarted({ name: "db", command: "postgres", ready: null });
    await t.store.transaction((tx) => tx.services.begin(lease, sandboxId, [service]));
    const key = { sessionId, sandboxId, name: "db" };
    return async (entries: readonly string[], state: "ready" | "exited" = "ready", max = maxBytes) => {
      await t.store.services.report(key, { change: { ...started, state }, entries }, max);
    };
  };
  const follow = (afterSeq = 0, signal = new AbortController().signal) =>
    t.store.followServiceLog({ sessionId, name: "db" }, afterSeq, signal)[Symbol.asyncIterator]();
  return { lease, begin, follow };
}

const itemOf = async (next: Promise<IteratorResult<unknown>>) => (await next).value;

test("follows a log across pages while it grows, and ends with the service", {
  timeout: 20_000,
}, async () => {
  const { begin, follow } = await aService();
  const report = await begin();
  await report(Array.from({ length: 150 }, (_, n) => `${n + 1}\n`));
  const items = follow();
  for (let n = 1; n <= 150; n++)
    assert.deepEqual(await itemOf(items.next()), { kind: "log", seq: n, text: `${n}\n` });
  const next = items.next();
  await report(["more\n"]);
  assert.deepEqual(await itemOf(next), { kind: "log", seq: 151, text: "more\n" });
  const last = items.next();
  await report(["out of memory\n"], "exited");
  assert.deepEqual(await itemOf(last), { kind: "log", seq: 152, text: "out of memory\n" });
  assert.deepEqual(await itemOf(items.next()), { kind: "end", state: "exited" });
  assert.equal((await items.next()).done, true);
});

test("notes that entries were removed before they could be read", async () => {
  const { begin, follow } = await aService();
  const report = await begin();
  for (const letter of ["a", "b", "c"]) await report([letter.repeat(400)], "ready", 1_000);
  const note = "[Earlier output was removed.]\n";
  assert.deepEqual(await itemOf(follow().next()), { kind: "log", seq: 3, text: note + "c".repeat(400) });
  assert.deepEqual(await itemOf(follow(2).next()), { kind: "log", seq: 3, text: "c".repeat(400) });
});

test("ends when another sandbox replaces the service, and starts with the output of that one", {
  timeout: 20_000,
}, async () => {
  const { begin, follow } = await aService();
  const first = await begin();
  await first(["old\n"]);
  const items = follow();
  await items.next();
  const end = items.next();
  const second = await begin();
  assert.deepEqual(await itemOf(end), { kind: "end", state: "stopped" });
  await second(["new\n"]);
  assert.deepEqual(await itemOf(follow(1).next()), { kind: "log", seq: 2, text: "new\n" });
});

test("ends for a reader who waits while the worker is lost", { timeout: 20_000 }, async () => {
  const during = await aService();
  await (await during.begin())(["up\n"]);
  const items = during.follow();
  await items.next();
  const end = items.next();
  await t.store.services.stopLost(during.lease, someTime);
  assert.deepEqual(await itemOf(end), { kind: "end", state: "stopped" });

  const { lease, begin, follow } = await aService();
  await (await begin())(["up\n"]);
  const { sessionId } = lease;
  const workerId = newId();
  await t.store.warmSandboxRecords.save({ sessionId, workerId, until: someTime });
  const kept = follow();
  await kept.next();
  const last = kept.next();
  await t.store.warmSandboxRecords.dropLost(sessionId, workerId, someTime);
  assert.deepEqual(await itemOf(last), { kind: "end", state: "stopped" });
  assert.equal(await t.store.warmSandboxRecords.find(sessionId), null);
});

test("waits for a service that has not started while a turn is active, and then follows it", {
  timeout: 20_000,
}, async () => {
  const { lease, begin, follow } = await aService();
  const beforeSandbox = follow().next();
  await t.store.events.append(lease.sessionId, lease, [
    { key: "first", messageId: null, data: { type: "notice", message: "The sandbox starts." } },
  ]);
  const report = await begin();
  const beforeStart = follow().next();
  await report(["up\n"]);
  const up = { kind: "log", seq: 1, text: "up\n" };
  assert.deepEqual([await itemOf(beforeSandbox), await itemOf(beforeStart)], [up, up]);
});

test("ends for a service that did not start before the end of its turn", { timeout: 20_000 }, async () => {
  const { lease, begin, follow } = await aService();
  const end = follow().next();
  await begin();
  await t.store.transaction(async (tx) => {
    const data = { type: "turn.completed", turnId: lease.turnId, message: "Done." } as const;
    await tx.events.append(lease.sessionId, lease, [{ key: "ended", messageId: null, data }]);
    await tx.turns.end(lease, { status: "completed" }, someTime);
  });
  assert.deepEqual(await itemOf(end), { kind: "end", state: "stopped" });
  assert.deepEqual(await itemOf(follow().next()), { kind: "end", state: "stopped" }, "without a turn");
});

test("does not wait for a service that did not start before the prompt of a running turn", {
  timeout: 20_000,
}, async () => {
  const { lease, begin, follow } = await aService();
  const end = follow().next();
  await begin();
  await t.store.turns.setPromptSent(lease, true);
  const data = { type: "notice", message: "The agent works." } as const;
  await t.store.events.append(lease.sessionId, lease, [{ key: "works", messageId: null, data }]);
  assert.deepEqual(await itemOf(end), { kind: "end", state: "stopped" });
});

test("ends without an end of the service when the signal aborts", async () => {
  const { begin, follow } = await aService();
  const waits = new AbortController();
  const start = follow(0, waits.signal).next();
  waits.abort();
  assert.deepEqual(await start, { done: true, value: undefined });
  await (await begin())(["up\n"]);
  const stop = new AbortController();
  const none = follow(1, stop.signal).next();
  stop.abort();
  assert.deepEqual(await none, { done: true, value: undefined });
});
