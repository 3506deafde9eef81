import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId, type TurnLease } from "../../../core/base/index.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import type { Query } from "../query.ts";
import { eventQueries } from "./events.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

async function aSession() {
  const { id } = await t.addSession();
  const save = (path: string) => {
    const data = { type: "workspaceFile.saved", path, userId: t.userId, sizeBytes: 1 } as const;
    return t.store.events.append(id, null, [{ key: newId(), messageId: null, data }]);
  };
  const appendStart = async (lease: TurnLease) => {
    const { messageId, number } = (await t.store.turns.find(lease.turnId))!;
    const data = { type: "turn.started", turnId: lease.turnId, number } as const;
    await t.store.events.append(id, lease, [{ key: `started:${lease.turnId}`, messageId, data }]);
  };
  /** Runs a turn to its end: with its prompt, with its start only, or without an event. */
  const runTurn = async (reaches: "prompt" | "start" | "claim") => {
    const lease = await t.startTurn(id);
    if (reaches !== "claim") await appendStart(lease);
    if (reaches === "prompt") await t.store.turns.setPromptSent(lease, true);
    await t.store.turns.end(lease, { status: "cancelled" }, someTime);
  };
  const named = async () => t.store.events.savedFiles(id, await t.addMessage(id), 10);
  return { id, save, runTurn, named };
}

test("names files saved since the start of the previous turn, latest first", async () => {
  const { save, runTurn, named } = await aSession();
  await save("first");
  assert.deepEqual(await named(), ["first"], "no previous turn");
  await runTurn("prompt");
  assert.deepEqual(await named(), []);
  for (const path of ["b", "a", "b"]) await save(path);
  assert.deepEqual(await named(), ["b", "a"]);
});

test("names files again if the previous turn ended before its prompt", async () => {
  for (const reached of ["start", "claim"] as const) {
    const { save, runTurn, named } = await aSession();
    await save("old");
    await runTurn("prompt");
    await save("new");
    await runTurn(reached);
    assert.deepEqual(await named(), ["new"], reached);
    await runTurn("prompt");
    assert.deepEqual(await named(), [], `control after ${reached}`);
  }
});

test("reads the saved files of a long session without its other events", async () => {
  const { id, save, runTurn } = await aSession();
  await runTurn("prompt");
  await save("a");
  const message = await t.addMessage(id);
  await t.database.pool.query(
    `insert into events (session_id, seq, key, message_id, data, created_at)
     select $1, 1000 + n, 'n' || n, $2, '{"type": "notice", "message": "n"}', now() from generate_series(1, 20000) n`,
    [id, message],
  );
  await t.database.pool.query("analyze events");
  const plans: string[] = [];
  const explain = async (text: string | Query, values: readonly unknown[] = []) => {
    const { rows } = await t.database.pool.query(`explain (analyze, format json) ${text}`, [...values]);
    plans.push(JSON.stringify(rows));
    return [];
  };
  await eventQueries({ rows: explain, rowsWithFreshPlan: explain }, t.clock, undefined).savedFiles(
    id,
    message,
    10,
  );
  const plan = plans.join();
  const numbers = (field: string) =>
    [...plan.matchAll(new RegExp(`"${field}":([^,}]+)`, "g"))].map(([, value]) => value);
  const indexes = numbers("Index Name").filter((name) => name?.includes("events"));
  assert.deepEqual(indexes, ['"events_message_index"', '"events_message_index"'], plan);
  const removed = numbers("Rows Removed by Filter").map(Number);
  assert.ok(Math.max(0, ...removed) < 100, plan);
});
