import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { whenAborted } from "../../../runtime/on-abort.ts";
import { pollUntil } from "../../../runtime/poll-until.ts";
import { workspaceFiles } from "../../../sandbox/workspace-files.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { hashJson, newId, paths } from "../../base/index.ts";
import type { WorkspaceFiles } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { PreparationPool, type PreparationPoolOptions } from "./preparation-pool.ts";

let t: TestStore;
let keyId: string;
const dataDir = mkdtempSync(join(tmpdir(), "tembo-preparations-"));
const never = new AbortController().signal;
const fingerprint = hashJson("options");
const work = { fingerprint: "same", baseShas: new Map<string, string>(), fetchAgain: async () => true };

before(async () => {
  t = await openTestStore();
  keyId = newId();
  const now = new Date();
  const key = { id: keyId, organizationId: t.organizationId, userId: t.userId, name: null };
  const times = { createdAt: now, updatedAt: now, lastUsedAt: null };
  await t.store.apiKeys.insert({ ...key, tokenPreview: "tembo_…", ...times }, Buffer.alloc(32));
});
beforeEach(() => t.database.pool.query("delete from preparations"));
after(async () => {
  rmSync(dataDir, { recursive: true });
  await t.drop();
});

/** Creates a pool whose preparations only create the session's folder. */
function aPool(
  change: Partial<PreparationPoolOptions> & {
    readonly hasRoom?: boolean;
    readonly files?: Partial<WorkspaceFiles>;
    readonly preparations?: Partial<TestStore["store"]["preparations"]>;
  } = {},
) {
  const stopped: string[] = [];
  const logged: string[] = [];
  const reasons: unknown[] = [];
  const log = (about: { readonly reason?: unknown }, message: string) => {
    logged.push(message);
    if (about.reason !== undefined) reasons.push(about.reason);
  };
  const ports = {
    store: { ...t.store, preparations: { ...t.store.preparations, ...change.preparations } },
    clock: { now: () => new Date() },
    log: { info: log, warn: log, error: log },
    settings: { dataDir },
    workspaceFiles: { ...workspaceFiles, ...change.files },
    sandboxes: { clear: async (id: string) => void stopped.push(id) },
    warmSandboxes: {
      hasRoom: () => change.hasRoom ?? true,
      stop: async (id: string) => void stopped.push(id),
    },
  } as unknown as TurnsPorts;
  const workerId = newId();
  const pool = new PreparationPool({
    workerId,
    ports: () => ports,
    isBusy: () => false,
    prepare: async (_, { id }) => {
      mkdirSync(paths.workspace(dataDir, id), { recursive: true });
      return work;
    },
    ...change,
  });
  return { pool, workerId, stopped, logged, reasons };
}

async function requested({ forMs = 60_000 }: { forMs?: number } = {}): Promise<string> {
  const id = newId();
  await t.database.pool.query("update preparations set user_id = null");
  const now = new Date();
  await t.store.preparations.insert({
    ...{ id, organizationId: t.organizationId, userId: t.userId, keyId, fingerprint, request: {} },
    runsOn: [],
    ...{ createdAt: now, expiresAt: new Date(now.getTime() + forMs) },
  });
  return id;
}

const isThere = (id: string) => existsSync(paths.session(dataDir, id));
async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  assert.ok(await pollUntil(async () => isTrue(), { every: 10, timeoutMs: 10_000, signal: never }));
}
const isRemoved = (id: string) =>
  until(async () => !isThere(id) && (await t.store.preparations.find(id)) === null);

test("prepares the work once, and passes it to the session's turn", async () => {
  const { pool, workerId, stopped } = aPool();
  const id = await requested();
  await Promise.all([pool.consider(id), pool.consider(id)]);
  assert.equal((await t.store.preparations.find(id))?.workerId, workerId);
  assert.equal(await pool.claim(id, never), work);
  await pool.finish(id);
  assert.equal(await t.store.preparations.find(id), null);
  assert.ok(isThere(id), "the workspace now belongs to the session");
  assert.deepEqual(stopped, []);
  assert.equal(await pool.claim(id, never), null);
});

test("removes work that expires, and keeps work that is extended or claimed", async () => {
  const { pool, stopped } = aPool();
  const id = await requested({ forMs: 50 });
  await pool.consider(id);
  await isRemoved(id);
  assert.deepEqual(stopped, [id]);

  const extended = await requested({ forMs: 300 });
  await pool.consider(extended);
  await t.store.preparations.extend(extended, new Date(Date.now() + 60_000));
  const claimed = await requested({ forMs: 300 });
  await pool.consider(claimed);
  await pool.claim(claimed, never);
  const expiring = await requested({ forMs: 400 });
  await pool.consider(expiring);
  await isRemoved(expiring);
  assert.ok(isThere(extended) && isThere(claimed));
  await pool.close();
  await isRemoved(extended);
  await isRemoved(claimed);
});

test("keeps work that a session uses until its turn", async () => {
  const { pool } = aPool();
  const used = await requested({ forMs: 200 });
  await pool.consider(used);
  const owner = { organizationId: t.organizationId, userId: t.userId, fingerprint };
  await t.database.pool.query("update preparations set user_id = $1", [t.userId]);
  assert.ok(await t.store.preparations.use(used, owner, new Date()));
  const other = await requested({ forMs: 300 });
  await pool.consider(other);
  await isRemoved(other);
  assert.equal(await pool.claim(used, never), work);
  await pool.finish(used);
});

test("fetches the mirrors again as soon as a session uses the work, and not before", async () => {
  let fetches = 0;
  const fetchAgain = async () => {
    fetches += 1;
    throw new Error("The forge is not reachable.");
  };
  const { pool } = aPool({ prepare: async () => ({ ...work, fetchAgain }) });
  const id = await requested();
  await pool.consider(id);
  await pool.consider(id);
  await pool.reconsiderAll();
  assert.equal(fetches, 0, "control");
  const owner = { organizationId: t.organizationId, userId: t.userId, fingerprint };
  await t.database.pool.query("update preparations set user_id = $1 where id = $2", [t.userId, id]);
  assert.ok(await t.store.preparations.use(id, owner, new Date()));
  await pool.consider(id);
  await until(() => fetches === 1);
  assert.ok(await pool.claim(id, never), "the turn reports the failure");
  await pool.close();
});

test("discards replaced work, and work that could not be prepared", async () => {
  const { pool } = aPool();
  const id = await requested();
  await pool.consider(id);
  await pool.claim(id, never);
  await pool.abandon(id);
  await isRemoved(id);

  const replaced = await requested();
  await pool.consider(replaced);
  await t.store.preparations.replace(replaced, new Date());
  await pool.consider(replaced);
  await isRemoved(replaced);

  const failing = aPool({
    prepare: async () => {
      throw new Error("The forge is not reachable.");
    },
  });
  const failed = await requested();
  await failing.pool.consider(failed);
  await isRemoved(failed);
  assert.ok(failing.logged.includes("work could not be prepared"));
});

test("prepares nothing while turns need the machine, memory is low, or four preparations wait", async () => {
  for (const change of [{ isBusy: () => true }, { hasRoom: false }]) {
    const { pool } = aPool(change);
    const id = await requested();
    await pool.consider(id);
    assert.equal((await t.store.preparations.find(id))?.workerId, null);
  }
  const { pool, workerId } = aPool();
  for (let count = 1; count <= 5; count++) {
    const id = await requested();
    await pool.consider(id);
    const isClaimed = (await t.store.preparations.find(id))?.workerId === workerId;
    assert.equal(isClaimed, count <= 4);
  }
  await pool.close();
  const late = await requested();
  await pool.consider(late);
  assert.equal((await t.store.preparations.find(late))?.workerId, null);
});

test("stops the preparation of work that is abandoned, before its files are removed", async () => {
  const begun = Promise.withResolvers<void>();
  const { pool } = aPool({
    prepare: async (_, { id }, signal) => {
      mkdirSync(paths.workspace(dataDir, id), { recursive: true });
      begun.resolve();
      await whenAborted(signal);
      assert.ok(isThere(id), "the files are there until the preparation has ended");
      throw signal.reason;
    },
  });
  const id = await requested();
  await pool.consider(id);
  await begun.promise;
  await pool.abandon(id);
  assert.ok(!isThere(id));
});

test("removes what a lost worker has prepared, and leaves other workers' work", async () => {
  const [lost, live] = [aPool(), aPool()];
  const [orphan, other] = [await requested(), await requested()];
  await lost.pool.consider(orphan);
  await live.pool.consider(other);
  await lost.pool.claim(orphan, never);
  // The worker was killed while it unpacked an environment.
  mkdirSync(paths.workspace(dataDir, paths.restoring(orphan)), { recursive: true });
  await live.pool.claim(other, never);
  const { pool, stopped } = aPool();
  await pool.clearAfter(lost.workerId);
  await isRemoved(orphan);
  assert.ok(!isThere(paths.restoring(orphan)));
  assert.deepEqual(stopped, [orphan, paths.restoring(orphan)]);
  await pool.abandon(other);
  assert.ok(isThere(other));
  assert.ok(await t.store.preparations.find(other));
  await lost.pool.reconsiderAll();
  assert.equal(
    await lost.pool.claim(orphan, never),
    null,
    "the lost worker has returned and discards its part",
  );
  await live.pool.close();
});

/** Prepares the session's folder once `go` resolves. */
function slowly(go: Promise<void>): NonNullable<PreparationPoolOptions["prepare"]> {
  return async (_, { id }, signal) => {
    mkdirSync(paths.workspace(dataDir, id), { recursive: true });
    await Promise.race([go, whenAborted(signal)]);
    signal.throwIfAborted();
    return work;
  };
}

test("a turn does not wait for work that waits for others", async () => {
  const go = Promise.withResolvers<void>();
  const { pool } = aPool({ prepare: slowly(go.promise) });
  const [running, queued] = [await requested(), await requested()];
  await pool.consider(running);
  await pool.consider(queued);
  const [ofRunning, ofQueued] = [pool.claim(running, never), pool.claim(queued, never)];
  assert.equal(await ofQueued, null);
  await isRemoved(queued);
  go.resolve();
  assert.equal(await ofRunning, work, "control: a turn waits for work that has begun");
});

test("a turn waits a limited time for work that has begun", async () => {
  const { pool } = aPool({ prepare: slowly(new Promise(() => {})), claimLimitMs: 50 });
  const id = await requested();
  await pool.consider(id);
  assert.equal(await pool.claim(id, never), null);
  await isRemoved(id);
});

test("prepares nothing if turns or builds have started while the work waited", async () => {
  const go = Promise.withResolvers<void>();
  let isBusy = false;
  const begun: string[] = [];
  const slow = slowly(go.promise);
  const { pool, reasons } = aPool({
    isBusy: () => isBusy,
    prepare: (ports, preparation, signal) => {
      begun.push(preparation.id);
      return slow(ports, preparation, signal);
    },
  });
  const [first, queued] = [await requested(), await requested()];
  await pool.consider(first);
  await pool.consider(queued);
  isBusy = true;
  go.resolve();
  await isRemoved(queued);
  assert.deepEqual(begun, [first]);
  assert.deepEqual(reasons, ["this worker is busy"]);
  assert.equal(await pool.claim(first, never), work);
});

test("logs why nothing was prepared", async () => {
  const { pool, reasons } = aPool({ prepare: async () => "a base branch is missing" });
  const id = await requested();
  await pool.consider(id);
  await isRemoved(id);
  assert.deepEqual(reasons, ["a base branch is missing"]);
});

test("removes files outside of the transaction, and keeps the row until they are removed", async () => {
  let isBroken = true;
  const discard = async (aside: string) => {
    const { rows } = await t.database.pool.query("select id from preparations for update nowait");
    assert.equal(rows.length, 1, "the row exists and is not locked");
    if (isBroken) throw new Error("The disk is not readable.");
    await workspaceFiles.discard(aside);
  };
  const { pool } = aPool({ files: { discard }, retryMs: 20 });
  const id = await requested();
  await pool.consider(id);
  await assert.rejects(pool.abandon(id), { message: "The disk is not readable." });
  assert.ok(!isThere(id), "a session that starts now does not see the files");
  assert.equal(await pool.claim(id, never).catch(() => null), null, "no turn uses what was set aside");
  isBroken = false;
  await isRemoved(id);
});

test("repeats a removal that failed, and then has its place for other work", async () => {
  let failures = 2;
  const discard = async (aside: string) => {
    if (failures-- > 0) throw new Error("The disk is not readable.");
    await workspaceFiles.discard(aside);
  };
  const { pool, logged } = aPool({ files: { discard }, retryMs: 20 });
  const expired = await requested({ forMs: 300 });
  await pool.consider(expired);
  await isRemoved(expired);
  assert.ok(logged.includes("expired work could not be removed; retrying"));
  assert.ok(logged.includes("prepared work has ended"));
});

test("work whose use could not be recorded can be claimed again, and expires otherwise", async () => {
  let isAway = true;
  const preparations = {
    delete: async (id: string) => {
      if (isAway) throw new Error("The database is not reachable.");
      await t.store.preparations.delete(id);
    },
  };
  const { pool } = aPool({ preparations, retryMs: 20 });
  const again = await requested();
  await pool.consider(again);
  assert.equal(await pool.claim(again, never), work);
  await assert.rejects(pool.finish(again));
  assert.equal(await pool.claim(again, never), work);
  isAway = false;
  await pool.finish(again);
  assert.ok(isThere(again));

  isAway = true;
  const unclaimed = await requested({ forMs: 500 });
  await pool.consider(unclaimed);
  assert.equal(await pool.claim(unclaimed, never), work);
  await assert.rejects(pool.finish(unclaimed));
  isAway = false;
  await isRemoved(unclaimed);
});

test("closing removes the other work even if one removal fails", async () => {
  let broken = "";
  const discard = async (aside: string) => {
    if (aside.includes(broken)) throw new Error("The disk is not readable.");
    await workspaceFiles.discard(aside);
  };
  const { pool } = aPool({ files: { discard } });
  const [first, second] = [await requested(), await requested()];
  broken = first;
  for (const id of [first, second]) {
    await pool.consider(id);
    await pool.claim(id, never);
  }
  await assert.rejects(pool.close(), { message: "The disk is not readable." });
  await isRemoved(second);
});

test("a failed removal does not keep the lost worker's turns waiting, and is repeated", async () => {
  const lost = aPool();
  const [broken, other] = [await requested(), await requested()];
  for (const id of [broken, other]) {
    await lost.pool.consider(id);
    await lost.pool.claim(id, never);
  }
  let isBroken = true;
  const discard = async (aside: string) => {
    if (isBroken && aside.includes(broken)) throw new Error("The disk is not readable.");
    await workspaceFiles.discard(aside);
  };
  const { pool } = aPool({ files: { discard } });
  await pool.clearAfter(lost.workerId);
  await isRemoved(other);
  assert.ok(await t.store.preparations.find(broken));
  isBroken = false;

  const registered = await requested();
  const live = aPool();
  await live.pool.consider(registered);
  await t.database.pool.query(
    "insert into workers (id, host, started_at, heartbeat_at) values ($1, 'here', now(), now())",
    [live.workerId],
  );
  await pool.tend();
  await isRemoved(broken);
  assert.ok(await t.store.preparations.find(registered), "control: the worker exists");
  await live.pool.close();
});

test("deletes expired requests that no worker has claimed", async () => {
  const { pool } = aPool();
  const [expired, recent] = [await requested({ forMs: -2 * 60_000 }), await requested()];
  await pool.tend();
  assert.equal(await t.store.preparations.find(expired), null);
  assert.ok(await t.store.preparations.find(recent));
});
