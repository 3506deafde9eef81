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
import type { TurnsPorts } from "../ports.ts";
import { PreparationPool, type PreparationPoolOptions } from "./preparation-pool.ts";

let t: TestStore;
let keyId: string;
const dataDir = mkdtempSync(join(tmpdir(), "tembo-preparations-"));
const never = new AbortController().signal;
const fingerprint = hashJson("options");
const work = { fingerprint: "same", baseShas: new Map<string, string>() };

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
function aPool(change: Partial<PreparationPoolOptions> & { readonly hasRoom?: boolean } = {}) {
  const stopped: string[] = [];
  const logged: string[] = [];
  const log = (_: object, message: string) => void logged.push(message);
  const ports = {
    store: t.store,
    clock: { now: () => new Date() },
    log: { info: log, warn: log, error: log },
    settings: { dataDir },
    workspaceFiles,
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
  return { pool, workerId, stopped, logged };
}

async function requested({ forMs = 60_000 }: { forMs?: number } = {}): Promise<string> {
  const id = newId();
  await t.database.pool.query("update preparations set user_id = null");
  const now = new Date();
  await t.store.preparations.insert({
    ...{ id, organizationId: t.organizationId, userId: t.userId, keyId, fingerprint, request: {} },
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
  await live.pool.claim(other, never);
  const { pool, stopped } = aPool();
  await pool.clearAfter(lost.workerId);
  await isRemoved(orphan);
  assert.deepEqual(stopped, [orphan]);
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
