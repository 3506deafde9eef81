import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import type { Role } from "../core/accounts/index.ts";
import { hashToken } from "../core/accounts/index.ts";
import { createFirstMember } from "../core/accounts/member/first-member.ts";
import { newId } from "../core/base/index.ts";
import type { Store, Transaction } from "../core/ports.ts";
import { openTestStore, someTime, type TestStore, until } from "../testing/test-store.ts";
import { type CreatedStore, createStore } from "./create-store.ts";
import { keyTtlMs } from "./key-cache.ts";

/** Counts the statements outside transactions. */
class CountingPool extends pg.Pool {
  statements = 0;
  override query = ((...args: unknown[]) => {
    this.statements += 1;
    return (pg.Pool.prototype.query as (...all: unknown[]) => unknown).apply(this, args);
  }) as pg.Pool["query"];
}

interface Server extends CreatedStore {
  readonly pool: CountingPool;
}

let t: TestStore;
let here: Server;
let there: Server;
let nowMs = 0;

before(async () => {
  t = await openTestStore();
  here = openServer();
  there = openServer();
});
after(async () => {
  for (const { pool, close } of [here, there]) {
    await close();
    await pool.end();
  }
  await t.drop();
});

function openServer(): Server {
  const pool = new CountingPool({ connectionString: t.database.url, max: 5 });
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const options = { pool, log, clock: t.clock, repositoryKey: (url: string) => url, nowMs: () => nowMs };
  return { ...createStore(options), pool };
}

interface Seeded {
  readonly organizationId: string;
  readonly userId: string;
  readonly memberId: string;
  readonly keyId: string;
  readonly hash: Buffer;
}

/** Adds an organization with one member and one key. */
async function seed(): Promise<Seeded> {
  const organizationId = await t.addOrganization();
  const userId = await createFirstMember(t, organizationId);
  const member = await t.store.members.ofUser(organizationId, userId);
  const keyId = newId();
  const hash = hashToken(`token ${keyId}`);
  const key = {
    id: keyId,
    organizationId,
    userId,
    name: null,
    tokenPreview: "tembo_…",
    lastUsedAt: someTime,
  };
  await t.store.apiKeys.insert({ ...key, createdAt: someTime, updatedAt: someTime }, hash);
  return { organizationId, userId, memberId: member!.id, keyId, hash };
}

const roleAt = async ({ store }: Pick<Server, "store">, { hash }: Seeded): Promise<Role | null> =>
  (await store.apiKeys.findByTokenHash("key", hash))?.role ?? null;

/** Looks the key up until the server no longer reads it from the database. */
async function cacheAt(server: Server, seeded: Seeded): Promise<void> {
  await until(async () => {
    const { statements } = server.pool;
    assert.equal(await roleAt(server, seeded), "admin");
    return server.pool.statements === statements;
  });
}

/** Changes without which the key would still be valid, with the role that the key has afterwards. */
const changes: Record<string, readonly [(tx: Transaction, seeded: Seeded) => Promise<unknown>, Role | null]> =
  {
    "its revocation": [(tx, { organizationId, keyId }) => tx.apiKeys.revoke(organizationId, keyId), null],
    "the revocation of all keys of the person": [
      (tx, { organizationId, userId }) => tx.apiKeys.revokeOf(organizationId, userId),
      null,
    ],
    "the deletion of its organization": [
      async (tx, { organizationId }) => {
        await tx.apiKeys.revokeOf(organizationId, null);
        await tx.members.deleteAll(organizationId);
        await tx.organizations.markDeleted(organizationId);
      },
      null,
    ],
    "another role of its owner": [(tx, { memberId }) => tx.members.setRole(memberId, "member"), "member"],
    "the removal of its owner": [(tx, { memberId }) => tx.members.delete(memberId), null],
  };

for (const [name, [change, role]] of Object.entries(changes)) {
  test(`another server uses ${name} without waiting for its time to live`, async () => {
    const seeded = await seed();
    await cacheAt(there, seeded);
    await here.store.transaction((tx) => change(tx, seeded));
    await until(async () => (await roleAt(there, seeded)) === role);
  });

  test(`the server that makes the change uses ${name} at once, without a notification`, async () => {
    const seeded = await seed();
    await cacheAt(here, seeded);
    await withoutNotifications(async () => {
      await t.database.pool.query("update members set role = 'member' where id = $1", [seeded.memberId]);
      assert.equal(await roleAt(here, seeded), "admin", "control: this server does not know of this change");
      await here.store.transaction((tx) => change(tx, seeded));
      assert.equal(await roleAt(here, seeded), role);
    });
  });
}

test("a server whose notifications are lost rejects a revoked key after the time to live", async () => {
  const seeded = await seed();
  await cacheAt(there, seeded);
  await withoutNotifications(() => here.store.apiKeys.revoke(seeded.organizationId, seeded.keyId));
  assert.equal(await roleAt(there, seeded), "admin", "control: the key is cached");
  nowMs += keyTtlMs;
  assert.equal(await roleAt(there, seeded), null);
});

test("a server whose connection for notifications is lost reads keys until it listens again", async () => {
  const seeded = await seed();
  await cacheAt(there, seeded);
  await t.database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'listen tembo_events'",
  );
  await withoutNotifications(() => here.store.apiKeys.revoke(seeded.organizationId, seeded.keyId));
  await until(async () => (await roleAt(there, seeded)) === null);
  await cacheAt(there, await seed());
});

test("a key that is revoked while it is read is not cached", async () => {
  const store: Store = here.store;
  for (let n = 0; n < 20; n++) {
    const seeded = await seed();
    const reads = Array.from({ length: 4 }, () => roleAt(here, seeded));
    await Promise.all([store.apiKeys.revoke(seeded.organizationId, seeded.keyId), ...reads]);
    assert.equal(await roleAt(here, seeded), null);
  }
});

/** Runs `work` while changes of keys and members send no notifications. */
async function withoutNotifications<T>(work: () => Promise<T>): Promise<T> {
  const set = (state: "enable" | "disable") =>
    t.database.pool.query(
      `alter table api_keys ${state} trigger api_keys_access;
       alter table members ${state} trigger members_access, ${state} trigger members_access_deleted`,
    );
  await set("disable");
  try {
    return await work();
  } finally {
    await set("enable");
  }
}
