import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seedDecisions } from "../../../testing/seed-decisions.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const needsPerson = async () => {
  const page = { sortBy: "createdAt", limit: 100, needsPerson: true } as const;
  const { cards } = await t.store.sessionLists.page(t.organizationId, page, 1);
  return cards.map(({ id }) => id);
};

test("reports a session that failed or has an open question, permission or plan as needing a person", async () => {
  await t.addSession();
  const failed = await t.addSession({ status: "failed" });
  const asks = await t.addSession();
  const lease = await t.startTurn(asks.id);
  const { permissionId, questionId } = await seedDecisions(t, lease);
  assert.deepEqual(new Set(await needsPerson()), new Set([failed.id, asks.id]));

  // Only the plan remains of the three reasons.
  await t.database.pool.query("update asks set answer = '{}', answered_at = now() where id = any ($1)", [
    [permissionId, questionId],
  ]);
  assert.deepEqual(new Set(await needsPerson()), new Set([failed.id, asks.id]));

  await t.store.turns.end(lease, { status: "completed" }, someTime);
  await t.addTurn(asks.id);
  assert.deepEqual(await needsPerson(), [failed.id], "a new turn replaces the open questions");
});
