import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { AppError, dayMs } from "../../base/index.ts";
import type { IdleTree } from "../session/session-store.ts";
import { expireSessions } from "./expire-sessions.ts";

type Ports = Parameters<typeof expireSessions>[0];

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const daysAgo = (days: number) => new Date(t.clock.now().getTime() - days * dayMs);
const { signal } = new AbortController();

/** Returns ports whose engine records the jobs, or fails for a session. */
function portsFor(
  change: Partial<Pick<Ports, "store">> & { readonly failsFor?: string; readonly error?: Error } = {},
) {
  const purged: string[] = [];
  const logged: object[] = [];
  const engine = {
    enqueueJob: async (_tx: unknown, job: { readonly sessionId: string }) => {
      if (job.sessionId === change.failsFor) throw change.error ?? new Error("damaged");
      purged.push(job.sessionId);
    },
  } as unknown as Ports["engine"];
  const log = { info() {}, warn() {}, error: (facts: object) => void logged.push(facts) };
  return { ports: { store: change.store ?? t.store, clock: t.clock, engine, log }, purged, logged };
}

const age = (days: number, ...ids: string[]) =>
  t.database.pool.query("update sessions set updated_at = $2 where id = any($1)", [ids, daysAgo(days)]);

async function addUnchanged(days = 10, change: Parameters<TestStore["addSession"]>[0] = {}): Promise<string> {
  const { id } = await t.addSession(change);
  await age(days, id);
  return id;
}

const isThere = async (id: string) => (await t.store.sessions.find(t.organizationId, id)) !== null;

test("deletes unchanged sessions, except pinned ones and those with an unfinished turn", async () => {
  const unchanged = await addUnchanged();
  const archived = await addUnchanged(10, { archivedAt: daysAgo(10) });
  const pinned = await addUnchanged(10, { isPinned: true });
  const working = await addUnchanged();
  await t.startTurn(working);
  await age(10, working);
  const recent = await addUnchanged(0);
  const { ports, purged } = portsFor();

  assert.equal(await expireSessions(ports, daysAgo(10), signal), 0, "control: changed at this time");
  assert.equal(await expireSessions(ports, daysAgo(9), signal), 2);
  assert.deepEqual(await Promise.all([unchanged, archived, pinned, working, recent].map(isThere)), [
    false,
    false,
    true,
    true,
    true,
  ]);
  assert.deepEqual(purged, [unchanged, archived]);
  assert.equal(await expireSessions(ports, daysAgo(9), signal), 0);
});

test("deletes a session together with those below it, unless one of them is in use", async () => {
  const tree = async () => {
    const [root, child, grandchild] = [await addUnchanged(), await addUnchanged(), await addUnchanged()];
    const chains = t.store.sessionChains;
    await chains.insertChild({ sessionId: child, parentId: root, rootId: root, depth: 1 });
    await chains.insertChild({ sessionId: grandchild, parentId: child, rootId: root, depth: 2 });
    return [root, child, grandchild] as const;
  };
  const kept = await tree();
  await age(1, kept[2]);
  const { ports, purged } = portsFor();
  assert.equal(await expireSessions(ports, daysAgo(9), signal), 0, "a descendant changed");
  const pinned = await tree();
  await t.database.pool.query("update sessions set is_pinned = true where id = $1", [pinned[1]]);
  const gone = await tree();
  assert.equal(await expireSessions(ports, daysAgo(9), signal), 3);
  assert.deepEqual(purged.toSorted(), gone.toSorted());
  await age(10, kept[2]);
  assert.equal(
    await expireSessions(ports, daysAgo(9), signal),
    3,
    "control: only the time kept the first tree",
  );
});

test("skips a session that cannot be deleted, and deletes the oldest of all organizations first", async () => {
  const [second, broken, first] = [await addUnchanged(20), await addUnchanged(25), await addUnchanged(30)];
  const { ports, purged, logged } = portsFor({ failsFor: broken });
  assert.equal(await expireSessions(ports, daysAgo(9), signal), 2);
  assert.deepEqual(purged, [first, second]);
  assert.deepEqual(
    logged.map((facts) => "sessionId" in facts && facts.sessionId),
    [broken],
  );
  assert.ok(await isThere(broken), "its transaction was rolled back");

  const error = new AppError("unavailable", "The database does not respond.");
  const away = portsFor({ failsFor: broken, error });
  await assert.rejects(expireSessions(away.ports, daysAgo(9), signal), { code: "unavailable" });
  await assert.rejects(expireSessions(ports, daysAgo(9), AbortSignal.abort(new Error("stopped"))), /stopped/);
  assert.equal(await expireSessions(portsFor().ports, daysAgo(9), signal), 1, "control: it can be deleted");
});

test("continues after each full batch, and keeps a session that is used after it was found", async () => {
  const [first, second] = [await addUnchanged(30), await addUnchanged(20)];
  const used = await addUnchanged(0);
  const asked: (string | undefined)[] = [];
  const tree = (id: string): IdleTree => ({
    organizationId: t.organizationId,
    rootId: id,
    sessionIds: [id],
    changedAt: daysAgo(30),
  });
  const store = Object.create(t.store, {
    sessionChanges: {
      value: {
        ...t.store.sessionChanges,
        idleTrees: async (_before: Date, last: IdleTree | null, limit: number) => {
          asked.push(last?.rootId);
          return last === null
            ? Array.from({ length: limit }, () => tree(first))
            : [tree(second), tree(used)];
        },
      },
    },
  }) as typeof t.store;
  assert.equal(await expireSessions(portsFor({ store }).ports, daysAgo(9), signal), 2);
  assert.deepEqual(asked, [undefined, first]);
  assert.deepEqual(await Promise.all([first, second, used].map(isThere)), [false, false, true]);
});
