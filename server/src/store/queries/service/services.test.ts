import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId, type TurnLease } from "../../../core/base/index.ts";
import type { ServiceReport } from "../../../core/turns/service/service-store.ts";
import { notStarted } from "../../../core/turns/service/session-service.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const maxBytes = 1024 ** 2;
const started = {
  state: "ready",
  changedAt: someTime,
  startedAt: someTime,
  readyMs: 5,
  exitCode: null,
} as const;
const service = (name: string) => notStarted({ name, command: `run ${name}`, ready: { tcp: 5432 } });
const output = (...entries: string[]): ServiceReport => ({ change: null, entries });

/** Begins a sandbox with the services `db` and `web`. */
async function aSandbox(given?: TurnLease) {
  const lease = given ?? (await t.startTurn((await t.addSession()).id));
  const { sessionId } = lease;
  const sandboxId = newId();
  await t.store.transaction((tx) => tx.services.begin(lease, sandboxId, [service("web"), service("db")]));
  const report = (name: string, what: ServiceReport, max = maxBytes) =>
    t.store.services.report({ sessionId, sandboxId, name }, what, max);
  const log = async (afterSeq = 0) =>
    (await t.store.services.readLog(sessionId, "db", { afterSeq, limit: 100 })).map(({ seq, text }) => [
      seq,
      text,
    ]);
  return { lease, sessionId, report, log };
}

const end = ({ sessionId, turnId }: TurnLease) =>
  t.database.pool.query(
    "update turns set status = 'cancelled', ended_at = $3 where id = $1 and session_id = $2",
    [turnId, sessionId, new Date(someTime.getTime() + 60_000)],
  );

test("lists services in the order of their start, with their last reported states", async () => {
  const { sessionId, report } = await aSandbox();
  await report("web", { change: started, entries: [] });
  await report("db", { change: { ...started, state: "exited", exitCode: 3 }, entries: ["no space\n"] });
  assert.deepEqual(await t.store.services.list(sessionId), [
    { name: "web", command: "run web", port: 5432, ...started },
    { name: "db", command: "run db", port: 5432, ...started, state: "exited", exitCode: 3 },
  ]);
});

test("lists the services of a lost worker as stopped once the session has no sandbox", async () => {
  const { lease, sessionId, report } = await aSandbox();
  await report("web", { change: started, entries: [] });
  await report("db", { change: { ...started, state: "exited" }, entries: [] });
  const states = async () => (await t.store.services.list(sessionId)).map(({ state }) => state);
  assert.deepEqual(await states(), ["ready", "exited"]);
  await t.store.warmSandboxRecords.save({ sessionId, workerId: newId(), until: someTime });
  await end(lease);
  assert.deepEqual(await states(), ["ready", "exited"], "a worker keeps the sandbox");
  await t.database.pool.query("delete from warm_sandboxes where session_id = $1", [sessionId]);
  assert.deepEqual(await states(), ["stopped", "exited"]);
  const [web] = await t.store.services.list(sessionId);
  assert.equal(web?.changedAt?.getTime(), someTime.getTime() + 60_000);
  assert.equal((await t.store.services.find(sessionId, "web"))?.state, "stopped");
});

test("records the services of a lost worker as stopped at the start of an attempt, unless a worker keeps the sandbox", async () => {
  const { lease, sessionId, report } = await aSandbox();
  await report("web", { change: started, entries: [] });
  await report("db", { change: { ...started, state: "exited" }, entries: [] });
  const states = async () => (await t.store.services.list(sessionId)).map(({ state }) => state);
  const workerId = newId();
  await t.store.warmSandboxRecords.save({ sessionId, workerId, until: someTime });
  const at = new Date(someTime.getTime() + 1_000);
  await t.store.services.stopLost(lease, at);
  assert.deepEqual(await states(), ["ready", "exited"]);
  await t.store.warmSandboxRecords.drop(sessionId, workerId);
  const late = { ...lease, attempt: lease.attempt + 1 };
  await assert.rejects(t.store.services.stopLost(late, at), { code: "fenced" });
  await t.store.services.stopLost(lease, at);
  assert.deepEqual(await states(), ["stopped", "exited"], "although a turn runs");
  assert.deepEqual((await t.store.services.find(sessionId, "web"))?.changedAt, at);
});

test("replaces the services of an earlier sandbox, and continues the numbers of their entries", async () => {
  const first = await aSandbox();
  await first.report("db", { change: started, entries: ["one\n", "two\n"] });
  const second = await aSandbox(first.lease);
  assert.deepEqual(await second.log(), []);
  assert.equal(await first.report("db", output("late\n")), false);
  assert.equal(await second.report("db", output("three\n")), true);
  assert.deepEqual(await second.log(), [[3, "three\n"]]);
  const found = await t.store.services.find(first.sessionId, "db");
  assert.deepEqual([found?.state, found?.startedAt, found?.logStartSeq], ["stopped", null, 2]);
  const { lease, sessionId } = first;
  await t.store.transaction((tx) => tx.services.begin(lease, newId(), [service("db")]));
  assert.deepEqual(
    (await t.store.services.list(sessionId)).map(({ name }) => name),
    ["db"],
  );
});

test("lets only the attempt that holds the turn replace services", async () => {
  const { lease, sessionId } = await aSandbox();
  const late = { ...lease, attempt: lease.attempt + 1 };
  await assert.rejects(
    t.store.transaction((tx) => tx.services.begin(late, newId(), [service("other")])),
    { code: "fenced" },
  );
  assert.equal((await t.store.services.list(sessionId)).length, 2);
});

test("removes the oldest entries of a log that is too long, and counts small entries", async () => {
  const { report, log } = await aSandbox();
  for (const letter of ["a", "b", "c", "d"]) await report("db", output(letter.repeat(936)), 3_500);
  assert.deepEqual(
    (await log()).map(([seq]) => seq),
    [2, 3, 4],
    "without the entry that exceeded the limit",
  );
  for (let n = 0; n < 100; n++) await report("db", output("."), 3_500);
  const kept = await log();
  assert.ok(kept.length < 60 && kept.at(-1)?.[0] === 104, JSON.stringify(kept));
});

test("stores text that PostgreSQL cannot store as it is", async () => {
  const { report, log } = await aSandbox();
  await report("db", output("a\0b", "\uD800"));
  assert.deepEqual(await log(), [
    [1, "a\uFFFDb"],
    [2, "\uFFFD"],
  ]);
});

test("deletes services with the content of a deleted session", async () => {
  const { sessionId, report, log } = await aSandbox();
  await report("db", output("one\n"));
  await t.store.sessionChanges.purge(sessionId, someTime);
  assert.deepEqual([await t.store.services.list(sessionId), await log()], [[], []]);
});
