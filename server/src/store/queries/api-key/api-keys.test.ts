import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { idAt, readPagesOfTwo } from "../../../testing/test-pages.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const later = new Date(someTime.getTime() + 60_000);
const conflict = { code: "conflict" };

function aKey(token: string, id = newId()) {
  const key = {
    id,
    organizationId: t.organizationId,
    userId: t.userId,
    name: "CI",
    tokenPreview: "tembo_ab",
    createdAt: someTime,
    updatedAt: someTime,
    lastUsedAt: null,
  };
  return { key, hash: createHash("sha256").update(token).digest() };
}

/** Finds a key without the cache. */
const find = (hash: Buffer) => t.store.transaction((tx) => tx.apiKeys.findByTokenHash("key", hash));

test("finds a key by its token's hash until it is revoked and updates its last use once a minute", async () => {
  const { key, hash } = aKey("one");
  await t.store.apiKeys.insert(key, hash);
  await t.store.apiKeys.insert(key, hash);
  assert.deepEqual(await find(hash), {
    ...key,
    lastUsedAt: someTime,
    role: "admin",
    kind: "key",
    expiresAt: null,
    confirmedAt: null,
    pageSecretHash: null,
  });
  t.clock.set(new Date(someTime.getTime() + 59_999));
  assert.deepEqual((await find(hash))?.lastUsedAt, someTime);
  t.clock.set(later);
  assert.deepEqual((await find(hash))?.lastUsedAt, later);
  assert.equal(await find(aKey("unknown").hash), null);

  assert.equal(await t.store.apiKeys.revoke(await t.addOrganization(), key.id), false);
  assert.equal(await t.store.apiKeys.revoke(t.organizationId, key.id), true);
  t.clock.set(someTime);
  assert.equal(await t.store.apiKeys.revoke(t.organizationId, key.id), false);
  assert.equal(await find(hash), null);
  await assert.rejects(
    t.store.apiKeys.insert({ ...aKey("x").key, organizationId: await t.addOrganization() }, hash),
    conflict,
  );
  await assert.rejects(t.store.apiKeys.insert(aKey("x").key, hash), conflict);
  assert.equal(await find(hash), null, "a revoked key is not found");
});

test("lists unrevoked keys newest first by page and rejects a duplicate token", async () => {
  const keys = [1, 2, 3, 4].map((n) => aKey(`listed-${n}`, idAt(n)));
  for (const { key, hash } of keys) await t.store.apiKeys.insert(key, hash);
  await t.store.apiKeys.revoke(t.organizationId, keys[1]!.key.id);
  const [one, , three, four] = keys.map(({ key }) => key.id);
  assert.deepEqual(await readPagesOfTwo((page) => t.store.apiKeys.list(t.organizationId, page)), [
    [four, three],
    [one],
  ]);
  await assert.rejects(t.store.apiKeys.insert(aKey("x").key, keys[0]!.hash), conflict);
});
