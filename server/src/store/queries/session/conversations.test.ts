import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("keeps a separate conversation per harness in a session", async () => {
  const { id } = await t.addSession();
  const lease = await t.startTurn(id);
  const { conversations } = t.store;
  assert.equal(await conversations.find(id, "claudeCode"), null);
  await conversations.save(lease, "claudeCode", { id: "one", seenSeq: 3 });
  await conversations.save(lease, "codex", { id: "two", seenSeq: 9 });
  await conversations.save(lease, "claudeCode", { id: "one", seenSeq: 12 });
  assert.deepEqual(await conversations.find(id, "claudeCode"), { id: "one", seenSeq: 12 });
  assert.deepEqual(await conversations.find(id, "codex"), { id: "two", seenSeq: 9 });
});

test("assigns a warm sandbox to one worker and lets only that worker drop it", async () => {
  const { id: sessionId } = await t.addSession();
  const [mine, other] = [newId(), newId()];
  const { warmSandboxRecords } = t.store;
  await warmSandboxRecords.save({ sessionId, workerId: other, until: someTime });
  await warmSandboxRecords.save({ sessionId, workerId: mine, until: someTime });
  await warmSandboxRecords.drop(sessionId, other);
  assert.deepEqual(await warmSandboxRecords.find(sessionId), { sessionId, workerId: mine, until: someTime });
  assert.deepEqual(await warmSandboxRecords.ofWorker(other), []);
  assert.equal((await warmSandboxRecords.ofWorker(mine)).length, 1);
  await warmSandboxRecords.drop(sessionId, mine);
  assert.equal(await warmSandboxRecords.find(sessionId), null);
});

test("stores the time until which a sandbox was requested to stay up", async () => {
  const { id } = await t.addSession();
  assert.equal(await t.store.warmSandboxRecords.askedFor(id), null);
  await t.store.warmSandboxRecords.ask(id, someTime);
  assert.deepEqual(await t.store.warmSandboxRecords.askedFor(id), someTime);
});
