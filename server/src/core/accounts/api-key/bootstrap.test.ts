import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createStore } from "../../../store/create-store.ts";
import { createMigratedTestDatabase } from "../../../testing/test-database.ts";
import { systemClock } from "../../base/index.ts";
import { bootstrap } from "./bootstrap.ts";
import { createApiKey, hashToken } from "./create-api-key.ts";

const TOKEN = "tembo_operator_0123456789";
let ports: {
  store: ReturnType<typeof createStore>["store"];
  clock: typeof systemClock;
  log: { info(): void; warn(fields: object, message: string): void; error(): void };
};
let warnings: string[];
let close: () => Promise<void>;

beforeEach(async () => {
  const database = await createMigratedTestDatabase();
  warnings = [];
  const warn = (_: object, message: string) => void warnings.push(message);
  const log = { info: () => {}, warn, error: () => {} };
  const created = createStore({ pool: database.pool, log, clock: systemClock, repositoryKey: (url) => url });
  ports = { store: created.store, clock: systemClock, log };
  close = async () => {
    await created.close();
    await database.drop();
  };
});
afterEach(() => close());

test("generates a key on the first start if none is configured, and not on later starts", async () => {
  const first = await bootstrap(ports, null);
  assert.match(first.newToken ?? "", /^tembo_/);
  assert.ok(await ports.store.apiKeys.findByTokenHash("key", hashToken(first.newToken!)));
  assert.deepEqual(await bootstrap(ports, null), { organizationId: first.organizationId, newToken: null });
});

test("creates one organization and one key when several processes start at once", async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => bootstrap(ports, TOKEN)));
  assert.equal(new Set(all.map(({ organizationId }) => organizationId)).size, 1);
  const { items } = await ports.store.apiKeys.list(all[0]!.organizationId, { limit: 10 });
  assert.equal(items.length, 1);
});

const isGood = async (token: string) =>
  (await ports.store.apiKeys.findByTokenHash("key", hashToken(token))) !== null;

test("keeps a revoked bootstrap key revoked across restarts and logs a warning", async () => {
  const { organizationId } = await bootstrap(ports, TOKEN);
  const key = await ports.store.apiKeys.findByTokenHash("key", hashToken(TOKEN));
  await bootstrap(ports, TOKEN);
  assert.equal(await isGood(TOKEN), true, "control: the key stays valid after a restart");
  await ports.store.apiKeys.revoke(organizationId, key!.id);
  assert.deepEqual(warnings, []);
  await bootstrap(ports, TOKEN);
  assert.equal(await isGood(TOKEN), false);
  assert.match(warnings.join(), /TEMBO_BOOTSTRAP_API_KEY has no effect, because its key was revoked/);
});

test("replaces only the previous bootstrap key when the configured value changes", async () => {
  const { organizationId } = await bootstrap(ports, TOKEN);
  const owner = (await ports.store.apiKeys.findByTokenHash("key", hashToken(TOKEN)))!;
  const other = await createApiKey(ports, { organizationId, userId: owner.userId, name: "bootstrap" });
  const next = `${TOKEN}_next`;
  await bootstrap(ports, next);
  assert.deepEqual([await isGood(TOKEN), await isGood(next), await isGood(other.token)], [false, true, true]);
  await bootstrap(ports, TOKEN);
  assert.deepEqual(
    [await isGood(TOKEN), await isGood(next)],
    [false, true],
    "an earlier bootstrap key stays revoked",
  );
});
