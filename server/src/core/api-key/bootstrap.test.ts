import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createStore } from "../../store/create-store.ts";
import { createMigratedTestDatabase } from "../../testing/test-database.ts";
import { systemClock } from "../ports/clock.ts";
import { bootstrap } from "./bootstrap.ts";
import { hashToken } from "./create-api-key.ts";

const TOKEN = "tembo_operator_0123456789";
let ports: { store: ReturnType<typeof createStore>["store"]; clock: typeof systemClock };
let close: () => Promise<void>;

beforeEach(async () => {
  const database = await createMigratedTestDatabase();
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const created = createStore({ pool: database.pool, log, clock: systemClock, repositoryKey: (url) => url });
  ports = { store: created.store, clock: systemClock };
  close = async () => {
    await created.close();
    await database.drop();
  };
});
afterEach(() => close());

test("without a key one is made on the first start only", async () => {
  const first = await bootstrap(ports, null);
  assert.match(first.newToken ?? "", /^tembo_/);
  assert.ok(await ports.store.apiKeys.findByTokenHash("key", hashToken(first.newToken!)));
  assert.deepEqual(await bootstrap(ports, null), { organizationId: first.organizationId, newToken: null });
});

test("several processes that start at once make one organization and one key", async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => bootstrap(ports, TOKEN)));
  assert.equal(new Set(all.map(({ organizationId }) => organizationId)).size, 1);
  const { items } = await ports.store.apiKeys.list(all[0]!.organizationId, { limit: 10 });
  assert.equal(items.length, 1);
});

test("a given key that was revoked is valid again after the next start", async () => {
  const { organizationId } = await bootstrap(ports, TOKEN);
  const key = await ports.store.apiKeys.findByTokenHash("key", hashToken(TOKEN));
  await ports.store.apiKeys.revoke(organizationId, key!.id);
  assert.equal(await ports.store.apiKeys.findByTokenHash("key", hashToken(TOKEN)), null);
  await bootstrap(ports, TOKEN);
  assert.equal((await ports.store.apiKeys.findByTokenHash("key", hashToken(TOKEN)))?.id, key!.id);
});
