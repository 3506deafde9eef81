import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { dayMs } from "../../base/index.ts";
import { expireSessions } from "./expire-sessions.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const enqueued: object[] = [];
const engine = {
  enqueueJob: async (_tx: unknown, job: object) => {
    enqueued.push(job);
  },
} as unknown as Parameters<typeof expireSessions>[0]["engine"];

test("deletes unchanged sessions, except pinned ones and those with an unfinished turn", async () => {
  const old = new Date(t.clock.now().getTime() - 10 * dayMs);
  const unchanged = await t.addSession({ updatedAt: old });
  const pinned = await t.addSession({ updatedAt: old, isPinned: true });
  const working = await t.addSession({ updatedAt: old });
  await t.startTurn(working.id);
  const recent = await t.addSession({});
  await t.database.pool.query("update sessions set updated_at = $2 where id = any($1)", [
    [unchanged.id, pinned.id, working.id],
    old,
  ]);
  const ports = { store: t.store, clock: t.clock, engine };
  const before = new Date(t.clock.now().getTime() - 9 * dayMs);

  assert.equal(await expireSessions(ports, old), 0, "control: changed at this time");
  assert.equal(await expireSessions(ports, before), 1);
  const isThere = async ({ id }: { readonly id: string }) =>
    (await t.store.sessions.find(t.organizationId, id)) !== null;
  assert.deepEqual(await Promise.all([unchanged, pinned, working, recent].map(isThere)), [
    false,
    true,
    true,
    true,
  ]);
  assert.deepEqual(enqueued, [{ kind: "sessionPurge", sessionId: unchanged.id, requestId: "deleted" }]);
  assert.equal(await expireSessions(ports, before), 0);
});

test("keeps a session that is used after it was found", async () => {
  const old = new Date(t.clock.now().getTime() - 10 * dayMs);
  const session = await t.addSession({});
  const store = Object.create(t.store, {
    sessionChanges: {
      value: {
        ...t.store.sessionChanges,
        idleSince: async () => [{ id: session.id, organizationId: t.organizationId }],
      },
    },
  }) as typeof t.store;
  assert.equal(await expireSessions({ store, clock: t.clock, engine }, old), 0);
  assert.notEqual(await t.store.sessions.find(t.organizationId, session.id), null);
});
