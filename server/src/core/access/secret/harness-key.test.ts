import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { openVault } from "../../../vault/open-vault.ts";
import { newId } from "../../base/index.ts";
import { saveProviderCredential } from "../model/stored-credential.ts";
import { bindSecret } from "./bind-secret.ts";
import { createSecret } from "./create-secret.ts";
import { hasServiceKey, keyPlaceholder, loadKeptNames, withHarnessKey } from "./harness-key.ts";
import { loadSessionSecrets } from "./load-session-secrets.ts";
import type { SecretPorts } from "./secret-ports.ts";

let t: TestStore;
let ports: SecretPorts;
const folder = mkdtempSync(join(tmpdir(), "tembo-harness-key-"));
const service = {
  keySetting: "ampApiKey",
  keyVariable: "AMP_API_KEY",
  keyHosts: ["key.example:443"],
  otherHosts: ["*.key.example"],
};
const serviceRules = [
  { host: "key.example", port: 443 },
  { host: "*.key.example", port: null },
];

before(async () => {
  t = await openTestStore();
  const file = join(folder, "master.key");
  const { vault } = await openVault({ file, usedKeyIds: () => t.store.secrets.masterKeyIds() });
  ports = { store: t.store, clock: t.clock, vault };
});
after(async () => {
  await t.drop();
  rmSync(folder, { recursive: true });
});

async function anOrganization() {
  const id = newId();
  await t.store.organizations.insert({ id, name: "Other" });
  const load = async (known: typeof service | undefined = service) =>
    withHarnessKey(ports, id, { secrets: await loadSessionSecrets(ports, id), service: known });
  const keep = (value: string) =>
    t.store.transaction(async (tx) => {
      await tx.secrets.lockMasterKeys("use");
      await saveProviderCredential({ vault: ports.vault, tx }, id, { name: service.keySetting, value });
    });
  const hasKey = async () => hasServiceKey(service, await loadKeptNames(ports, id));
  return { id, load, keep, hasKey };
}

test("replaces the harness's key with a placeholder, injects the key for its hosts and masks it", async () => {
  const { load, keep, hasKey } = await anOrganization();
  await keep("amp-secret-key");
  const { secrets, rules } = await load();
  assert.deepEqual(secrets.environment, { AMP_API_KEY: keyPlaceholder });
  assert.deepEqual(secrets.bound, [
    {
      value: "amp-secret-key",
      header: "authorization",
      prefix: "Bearer ",
      rules: [serviceRules[0]],
      inPlaceOf: keyPlaceholder,
    },
  ]);
  assert.deepEqual(secrets.values, [{ key: "ampApiKey", value: "amp-secret-key" }]);
  assert.deepEqual(rules, serviceRules);
  assert.equal(await hasKey(), true);
});

test("adds no key if the organization has none or the harness uses no service", async () => {
  const { load, keep, hasKey } = await anOrganization();
  const nothing = { secrets: { environment: {}, bound: [], values: [] }, rules: [] };
  assert.deepEqual(await load(), nothing);
  assert.equal(await hasKey(), false);
  await keep("amp-secret-key");
  assert.deepEqual(
    await withHarnessKey(ports, newId(), { secrets: nothing.secrets, service }),
    nothing,
    "adds nothing for another organization",
  );
  const { secrets } = await withHarnessKey(ports, newId(), { secrets: nothing.secrets, service: undefined });
  assert.deepEqual(secrets, nothing.secrets);
});

test("prefers a secret with the variable's name over the setting, with or without a header injection rule", async () => {
  const open = await anOrganization();
  await open.keep("from-the-settings");
  await createSecret(ports, open.id, { key: "AMP_API_KEY", value: "as-it-is" });
  const { secrets, rules } = await open.load();
  assert.deepEqual([secrets.environment, secrets.bound], [{ AMP_API_KEY: "as-it-is" }, []]);
  assert.deepEqual(rules, serviceRules);

  const bound = await anOrganization();
  const binding = { hosts: ["key.example"], header: "authorization", prefix: "Bearer " };
  const secret = await createSecret(ports, bound.id, { key: "AMP_API_KEY", value: "bound-value" });
  await bindSecret(ports, { organizationId: bound.id, id: secret.id }, binding);
  const { secrets: outside } = await bound.load();
  assert.deepEqual(outside.environment, { AMP_API_KEY: keyPlaceholder });
  assert.deepEqual(
    outside.bound.map(({ value }) => value),
    ["bound-value"],
  );
  assert.equal(await bound.hasKey(), true);
});
