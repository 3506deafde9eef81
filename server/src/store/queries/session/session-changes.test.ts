import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seedDecisions } from "../../../testing/seed-decisions.ts";
import { keepInRow } from "../../../testing/test-blobs.ts";
import { aDiff, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("purges the content of a hidden session once", async () => {
  const repository = await t.addRepository();
  const { id } = await t.addSession({}, [repository]);
  const lease = await t.startTurn(id);
  await seedDecisions(t, lease);
  await t.store.diffs.save(lease, aDiff({ sessionId: id, repositoryId: repository.id }), {
    text: "patch",
    isComplete: true,
  });
  await t.store.protocolLog.append(lease, "{}\n", keepInRow);
  await t.store.turns.end(lease, { status: "failed", error: { code: "x", message: "Why." } }, someTime);
  await t.store.sessionChanges.hide(id, someTime);
  const later = new Date(someTime.getTime() + 1);
  const unpurged = (before: Date) => t.store.sessionChanges.unpurged(before, 10);
  assert.deepEqual(await unpurged(someTime), [], "its job may still purge it");
  assert.deepEqual(await unpurged(later), [id]);
  for (let times = 0; times < 2; times++) await t.store.sessionChanges.purge(id, someTime);
  assert.deepEqual(await unpurged(later), []);
  assert.equal((await t.store.sessions.get(id)).prompt, "");
  assert.deepEqual(await t.store.events.list(id, { afterSeq: 0, limit: 10 }), []);
  assert.deepEqual((await t.store.diffs.list(id, { limit: 10 })).items, []);
});

test("lists unchanged sessions of all organizations page by page, the oldest first", async () => {
  const ids = [await t.addSession({}), await t.addSession({}), await t.addSession({})].map(({ id }) => id);
  const other = await t.addOrganization();
  await t.database.pool.query(
    "update sessions set organization_id = $2, number = number + 1000 where id = $1",
    [ids[1], other],
  );
  const days = [3, 2, 1];
  for (const [index, id] of ids.entries())
    await t.database.pool.query(
      "update sessions set updated_at = $2::timestamptz - make_interval(days => $3) where id = $1",
      [id, someTime, days[index]],
    );
  const { idleTrees } = t.store.sessionChanges;
  const found: string[] = [];
  type Tree = Awaited<ReturnType<typeof idleTrees>>[number];
  for (let last: Tree | null = null; ; ) {
    const [tree]: Tree[] = await idleTrees(someTime, last, 1);
    if (tree === undefined) break;
    found.push(...tree.sessionIds);
    last = tree;
  }
  assert.deepEqual(found, ids);
});
