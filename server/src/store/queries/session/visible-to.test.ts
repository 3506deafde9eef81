import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { canSee } from "../../../core/sessions/index.ts";
import { addPerson } from "../../../testing/person.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("lists exactly the sessions that canSee allows for each viewer", async () => {
  const people = [await addPerson(t), await addPerson(t, { role: "admin" })];
  const revoked = await addPerson(t);
  await t.store.apiKeys.revoke(t.organizationId, revoked.keyId);
  const sessions = [];
  for (const createdByKeyId of [null, ...people.map(({ keyId }) => keyId), revoked.keyId])
    for (const visibility of ["public", "private"] as const) {
      const session = await t.addSession({ createdByKeyId, visibility });
      sessions.push(session);
    }
  const page = { limit: 100, page: 1 };
  const seen = new Set<string>();
  for (const { userId } of [...people, revoked]) {
    const visible: string[] = [];
    for (const session of sessions) if (await canSee(t.store, { userId }, session)) visible.push(session.id);
    const listed = await t.store.sessions.list(t.organizationId, { ...page, viewerUserId: userId });
    assert.deepEqual(listed.sessions.map(({ id }) => id).toSorted(), visible.toSorted());
    seen.add(visible.toSorted().join());
  }
  assert.equal(seen.size, 3, "the viewers see different sessions");
  const all = await t.store.sessions.list(t.organizationId, page);
  assert.equal(all.sessions.length, sessions.length, "control: lists all sessions without a viewer");
});
