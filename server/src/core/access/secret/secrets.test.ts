import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { modelProviders } from "../../../broker/model/provider/plug-ins.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { openVault } from "../../../vault/open-vault.ts";
import { createMasker } from "../../base/index.ts";
import { providerCredentialOf, saveProviderCredential } from "../model/stored-credential.ts";
import { bindSecret, getBinding, unbindSecret } from "./bind-secret.ts";
import { createSecret } from "./create-secret.ts";
import { certificateAuthorityOf } from "./credential.ts";
import { deleteSecret } from "./delete-secret.ts";
import { getSecret } from "./get-secret.ts";
import { loadSessionSecrets } from "./load-session-secrets.ts";
import { rotateMasterKey } from "./rotate-master-key.ts";
import type { SecretPorts } from "./secret-ports.ts";
import { updateSecret } from "./update-secret.ts";

let t: TestStore;
let ports: SecretPorts;
let opened: Awaited<ReturnType<typeof openVault>>;
const folder = mkdtempSync(join(tmpdir(), "tembo-secrets-"));
const later = new Date(someTime.getTime() + 60_000);
const binding = { hosts: ["api.example.com"], header: "authorization", prefix: "Bearer " };

before(async () => {
  t = await openTestStore();
  const file = join(folder, "master.key");
  opened = await openVault({ file, usedKeyIds: () => t.store.secrets.masterKeyIds() });
  ports = { store: t.store, clock: t.clock, vault: opened.vault };
});
after(async () => {
  await t.drop();
  rmSync(folder, { recursive: true });
});

test("adds a secret to the environment of its organization's sessions, and stores it encrypted", async () => {
  const organizationId = await t.addOrganization();
  const secret = await createSecret(ports, organizationId, { key: "TOKEN", value: "s3cret-value" });
  assert.ok(!("value" in secret));
  const loaded = await loadSessionSecrets(ports, organizationId);
  assert.deepEqual(loaded, {
    environment: { TOKEN: "s3cret-value" },
    bound: [],
    values: [{ key: "TOKEN", value: "s3cret-value" }],
  });
  assert.deepEqual((await loadSessionSecrets(ports, await t.addOrganization())).environment, {});
  const { rows } = await t.database.pool.query<{ row: string }>("select s::text as row from secrets s");
  const hex = Buffer.from("s3cret-value").toString("hex");
  assert.ok(rows.length > 0 && rows.every(({ row }) => !row.includes("s3cret") && !row.includes(hex)));
});

test("renames, updates and deletes a secret, and rejects duplicate keys", async () => {
  const organizationId = await t.addOrganization();
  const { id } = await createSecret(ports, organizationId, { key: "ONE", value: "first value" });
  const environment = async () => (await loadSessionSecrets(ports, organizationId)).environment;
  t.clock.set(later);
  const renamed = await updateSecret(ports, { organizationId, id }, { key: "TWO" });
  assert.deepEqual([renamed.key, renamed.version, renamed.updatedAt], ["TWO", 1, later]);
  assert.deepEqual(await environment(), { TWO: "first value" });
  assert.equal((await updateSecret(ports, { organizationId, id }, { value: "second value" })).version, 2);
  assert.deepEqual(await environment(), { TWO: "second value" });
  await updateSecret(ports, { organizationId, id }, {});
  assert.deepEqual(await environment(), { TWO: "second value" });
  t.clock.set(someTime);
  await createSecret(ports, organizationId, { key: "ONE", value: "another value" });
  const conflict = { code: "conflict" };
  await assert.rejects(updateSecret(ports, { organizationId, id }, { key: "ONE" }), conflict);
  await assert.rejects(createSecret(ports, organizationId, { key: "ONE", value: "a third value" }), conflict);
  await deleteSecret(ports, organizationId, id);
  await assert.rejects(deleteSecret(ports, organizationId, id), { code: "not_found" });
  assert.deepEqual(await environment(), { ONE: "another value" });
});

test("hides a secret and its header injection rule from another organization", async () => {
  const organizationId = await t.addOrganization();
  const { id } = await createSecret(ports, organizationId, { key: "MINE", value: "mine alone" });
  await bindSecret(ports, { organizationId, id }, binding);
  const otherTenant = { organizationId: await t.addOrganization(), id };
  const notFound = { code: "not_found", message: `Secret ${id} was not found.` };
  await assert.rejects(getSecret(ports, otherTenant.organizationId, id), notFound);
  await assert.rejects(updateSecret(ports, otherTenant, { value: "stolen" }), notFound);
  await assert.rejects(deleteSecret(ports, otherTenant.organizationId, id), notFound);
  await assert.rejects(bindSecret(ports, otherTenant, { ...binding, hosts: ["evil.example"] }), notFound);
  await assert.rejects(getBinding(ports, otherTenant), notFound);
  await assert.rejects(unbindSecret(ports, otherTenant), notFound);
  const { bound } = await loadSessionSecrets(ports, organizationId);
  assert.deepEqual(bound, [
    {
      value: "mine alone",
      header: "authorization",
      prefix: "Bearer ",
      rules: [{ host: "api.example.com", port: null }],
    },
  ]);
});

test("keeps a secret with a header injection rule out of the environment but still masks it", async () => {
  const organizationId = await t.addOrganization();
  const { id } = await createSecret(ports, organizationId, { key: "TOKEN", value: "bound-value" });
  const place = { organizationId, id };
  await assert.rejects(getBinding(ports, place), { code: "not_found", message: /no header injection rule/ });
  await assert.rejects(unbindSecret(ports, place), { code: "not_found" });
  assert.deepEqual(await bindSecret(ports, place, { ...binding, header: "Authorization" }), binding);
  assert.deepEqual(await getBinding(ports, place), binding);
  const values = [{ key: "TOKEN", value: "bound-value" }];
  const bound = await loadSessionSecrets(ports, organizationId);
  assert.deepEqual([bound.environment, bound.values, bound.bound.length], [{}, values, 1]);
  const refused = { code: "invalid_input", message: /value of TOKEN cannot be sent in a header/ };
  await assert.rejects(updateSecret(ports, place, { value: "two\nlines" }), refused);
  await unbindSecret(ports, place);
  const free = await loadSessionSecrets(ports, organizationId);
  assert.deepEqual([free.environment, free.values, free.bound], [{ TOKEN: "bound-value" }, values, []]);
  await updateSecret(ports, place, { value: "two\nlines" });
  await assert.rejects(bindSecret(ports, place, binding), refused);
});

test("rejects a secret whose row was changed to another organization or key", async () => {
  const organizationId = await t.addOrganization();
  const { id } = await createSecret(ports, organizationId, { key: "TOKEN", value: "stays here" });
  const thief = await t.addOrganization();
  await t.database.pool.query("update secrets set organization_id = $2 where id = $1", [id, thief]);
  await assert.rejects(loadSessionSecrets(ports, thief), { code: "internal" });
  await t.database.pool.query("update secrets set organization_id = $2 where id = $1", [id, organizationId]);
  await loadSessionSecrets(ports, organizationId);
  await t.database.pool.query("update secrets set name = 'OTHER' where id = $1", [id]);
  await assert.rejects(loadSessionSecrets(ports, organizationId), { code: "internal" });
});

test("stores, replaces and deletes a provider's key and never adds it to the environment", async () => {
  const organizationId = await t.addOrganization();
  const save = (name: string, value: string) =>
    t.store.transaction(async (tx) => {
      await tx.secrets.lockMasterKeys("use");
      await saveProviderCredential({ vault: ports.vault, tx }, organizationId, { name, value });
    });
  const keyOf = async (provider: "anthropic" | "openai" | "gemini") => {
    const credential = await providerCredentialOf({ ...ports, modelProviders }, organizationId, provider);
    return credential?.apiKey ?? null;
  };
  const key = () => keyOf("anthropic");
  assert.equal(await key(), null);
  await save("anthropicApiKey", "sk-1");
  await save("openaiApiKey", "sk-openai");
  await save("anthropicApiKey", "sk-2");
  assert.equal(await key(), "sk-2");
  assert.equal(await keyOf("openai"), "sk-openai");
  assert.equal(await keyOf("gemini"), null);
  assert.deepEqual((await loadSessionSecrets(ports, organizationId)).environment, {});
  await save("anthropicApiKey", "");
  await save("anthropicApiKey", "");
  assert.equal(await key(), null);
});

test("returns the same certificate authority to concurrent and later callers", async () => {
  const organizationId = await t.addOrganization();
  let made = 0;
  const create = async () => ({ certificate: `cert ${++made}`, privateKey: `key ${made}` });
  const all = await Promise.all(
    Array.from({ length: 8 }, () => certificateAuthorityOf(ports, organizationId, create)),
  );
  assert.equal(new Set(all.map((one) => JSON.stringify(one))).size, 1);
  const count = made;
  assert.deepEqual(await certificateAuthorityOf(ports, organizationId, create), all[0]);
  assert.equal(made, count);
  assert.notDeepEqual(await certificateAuthorityOf(ports, await t.addOrganization(), create), all[0]);
});

test("loses no secret update during concurrent changes to header injection rules and key rotations", async () => {
  const organizationId = await t.addOrganization();
  const secrets = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      createSecret(ports, organizationId, { key: `K${n}`, value: `value ${n}` }),
    ),
  );
  const changes = secrets.flatMap(({ id }, n) => [
    () => updateSecret(ports, { organizationId, id }, { value: `changed ${n}` }),
    () => bindSecret(ports, { organizationId, id }, binding),
    () => loadSessionSecrets(ports, organizationId),
  ]);
  const rotations = Array.from({ length: 4 }, () => () => rotateMasterKey({ store: t.store, ...opened }, 3));
  await Promise.all([...changes, ...rotations].map((act) => act()));
  const { bound } = await loadSessionSecrets(ports, organizationId);
  assert.deepEqual(
    bound.map(({ value }) => value).sort(),
    secrets.map((_, n) => `changed ${n}`),
  );
});

test("rejects a value that is too short to mask", async () => {
  const { organizationId } = t;
  const short = { code: "invalid_input", message: /fewer than 6 characters/ };
  const { id } = await createSecret(ports, organizationId, { key: "LONG", value: "123456" });
  for (const value of ["x", "-x", "12345", "     x     "]) {
    await assert.rejects(createSecret(ports, organizationId, { key: "SHORT", value }), short);
    await assert.rejects(updateSecret(ports, { organizationId, id }, { value }), short);
  }
  await updateSecret(ports, { organizationId, id }, { value: "654321" });
  await updateSecret(ports, { organizationId, id }, { key: "RENAMED" });
  assert.match(createMasker([{ key: "A", value: "654321" }]).mask("A='654321'"), /secret A/, "control");
  assert.equal(createMasker([{ key: "A", value: "12345" }]).mask("12345"), "12345", "control");
  await deleteSecret(ports, organizationId, id);
});
