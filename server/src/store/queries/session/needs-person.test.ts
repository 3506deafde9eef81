import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Attention, Session } from "../../../core/sessions/index.ts";
import { seedDecisions } from "../../../testing/seed-decisions.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { maxRareSessions, narrowFilter } from "./narrow-filter.ts";

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

/** Returns the reason that lists and the session's own view give, which must be the same. */
async function attentionOf({ id }: Session): Promise<Attention | null> {
  const inList = (await t.store.sessionLists.parts([id])).get(id)!.attention;
  const session = (await t.store.sessions.find(t.organizationId, id))!;
  assert.equal((await t.store.sessionDetails.read(session)).attention, inList);
  return inList;
}

test("finds the sessions that failed or have an open question, permission or plan, and gives the most urgent reason", async () => {
  const without = await t.addSession();
  const failed = await t.addSession({ status: "failed" });
  const asks = await t.addSession();
  const lease = await t.startTurn(asks.id);
  const { permissionId, questionId } = await seedDecisions(t, lease);
  const isFound = async (reason: Attention | null) => {
    assert.equal(await attentionOf(asks), reason);
    assert.deepEqual(
      new Set(await needsPerson()),
      new Set([failed.id, ...(reason === null ? [] : [asks.id])]),
    );
  };
  await isFound("permission");
  assert.equal(await attentionOf(failed), "failure");
  assert.equal(await attentionOf(without), null);

  const answer = (id: string) =>
    t.database.pool.query("update asks set answer = '{}', answered_at = now() where id = $1", [id]);
  await answer(permissionId);
  await isFound("question");
  await answer(questionId);
  await isFound("plan");

  await t.store.turns.end(lease, { status: "completed" }, someTime);
  await isFound("plan");
  await t.addTurn(asks.id);
  await isFound(null);

  await t.store.sessionChanges.update(failed.id, { archivedAt: someTime }, someTime);
  assert.equal(await attentionOf(failed), null, "an archived session does not count");
  assert.deepEqual(await needsPerson(), []);
});

test("finds the newest of these sessions if many have failed", async () => {
  const failed = await t.addSession({ status: "failed" });
  const asks = await t.addSession();
  await seedDecisions(t, await t.startTurn(asks.id));
  const sql = {
    rowsWithFreshPlan: async (...query: [string, unknown[]]) => (await t.database.pool.query(...query)).rows,
  };
  const areFailuresRare = async () =>
    (await narrowFilter(sql as never, t.organizationId, { needsPerson: true })).areFailuresRare;
  const newest = new Set([failed.id, asks.id]);
  assert.deepEqual([await areFailuresRare(), new Set(await needsPerson())], [true, newest]);
  await t.database.pool.query(
    `insert into sessions select (jsonb_populate_record(failed, jsonb_build_object(
       'id', gen_random_uuid(), 'number', failed.number + 1000 + copy, 'created_at', '2000-01-01T00:00:00Z'))).*
     from sessions failed, generate_series(1, $2::int) as copy where failed.id = $1`,
    [failed.id, maxRareSessions],
  );
  assert.deepEqual([await areFailuresRare(), new Set((await needsPerson()).slice(0, 2))], [false, newest]);
});

test("lists only pinned sessions, or all others", async () => {
  const pinned = await t.addSession({ isPinned: true });
  const other = await t.addSession();
  const found = async (isPinned: boolean) => {
    const page = { sortBy: "createdAt", limit: 100, isPinned } as const;
    return (await t.store.sessionLists.page(t.organizationId, page, 1)).cards.map(({ id }) => id);
  };
  assert.deepEqual(await found(true), [pinned.id]);
  assert.deepEqual(
    [(await found(false)).includes(other.id), (await found(false)).includes(pinned.id)],
    [true, false],
  );
});
