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
  assert.deepEqual(await t.store.sessionChanges.unpurged(10), [id]);
  for (let times = 0; times < 2; times++) await t.store.sessionChanges.purge(id, someTime);
  assert.deepEqual(await t.store.sessionChanges.unpurged(10), []);
  assert.equal((await t.store.sessions.get(id)).prompt, "");
  assert.deepEqual(await t.store.events.list(id, { afterSeq: 0, limit: 10 }), []);
  assert.deepEqual((await t.store.diffs.list(id, { limit: 10 })).items, []);
});
