import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Secret } from "../../../core/access/index.ts";
import { newId, type Sealed } from "../../../core/base/index.ts";
import { defaultPermissionPolicy } from "../../../core/sessions/index.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const later = new Date(someTime.getTime() + 60_000);
const sealedAs = (text: string, masterKeyId = "k1"): Sealed => ({ bytes: Buffer.from(text), masterKeyId });
const keys = (secrets: readonly Secret[]) => secrets.map(({ key }) => key);
let made = 0;

function aSecret(organizationId: string, key: string, change: Partial<Secret> = {}): Secret {
  return {
    id: newId(someTime.getTime() + made++),
    organizationId,
    key,
    version: 1,
    binding: null,
    createdAt: someTime,
    updatedAt: someTime,
    ...change,
  };
}

test("finds and changes a secret only for its own organization", async () => {
  const organizationId = await t.addOrganization();
  const binding = { hosts: ["api.example.com"], header: "authorization", prefix: "Bearer " };
  const secret = aSecret(organizationId, "TOKEN", { binding });
  await t.store.secrets.insert(secret, sealedAs("abc"));
  await t.store.secrets.insert(secret, sealedAs("repeated"));
  assert.deepEqual(await t.store.secrets.find(organizationId, secret.id), secret);
  assert.deepEqual(await t.store.secrets.lock(organizationId, secret.id), {
    secret,
    sealed: sealedAs("abc"),
  });
  const stranger = await t.addOrganization();
  assert.equal(await t.store.secrets.find(stranger, secret.id), null);
  assert.equal(await t.store.secrets.lock(stranger, secret.id), null);
  assert.deepEqual(await t.store.secrets.listSealed(stranger), []);
  await t.store.secrets.update({ ...secret, organizationId: stranger, key: "STOLEN" }, sealedAs("x"));
  await t.store.secrets.setBinding({ ...secret, organizationId: stranger, binding: null });
  await t.store.secrets.delete(stranger, secret.id);
  assert.deepEqual(await t.store.secrets.find(organizationId, secret.id), secret);
});

test("rejects a duplicate key in an organization on insert and rename", async () => {
  const organizationId = await t.addOrganization();
  const one = aSecret(organizationId, "ONE");
  const two = aSecret(organizationId, "TWO");
  for (const secret of [one, two]) await t.store.secrets.insert(secret, sealedAs("x"));
  const conflict = { code: "conflict", message: /already has a secret with this key/ };
  await assert.rejects(t.store.secrets.insert(aSecret(organizationId, "ONE"), sealedAs("x")), conflict);
  await assert.rejects(t.store.secrets.update({ ...two, key: "ONE" }, sealedAs("x")), conflict);
  await t.store.secrets.insert(aSecret(await t.addOrganization(), "ONE"), sealedAs("x"));
  const changed = { ...two, key: "THREE", version: 2, updatedAt: later };
  await t.store.secrets.update(changed, sealedAs("new", "k2"));
  assert.deepEqual(await t.store.secrets.lock(organizationId, two.id), {
    secret: changed,
    sealed: sealedAs("new", "k2"),
  });
});

test("lists secrets newest first by page, searches them literally and deletes them", async () => {
  const organizationId = await t.addOrganization();
  const names = ["NPM_TOKEN", "AWS_KEY", "NPMXTOKEN"];
  const secrets = names.map((key) => aSecret(organizationId, key));
  for (const secret of secrets) await t.store.secrets.insert(secret, sealedAs("x"));
  const first = await t.store.secrets.list(organizationId, { limit: 2 });
  assert.deepEqual(keys(first.items), ["NPMXTOKEN", "AWS_KEY"]);
  const second = await t.store.secrets.list(organizationId, { limit: 2, cursor: first.nextCursor! });
  assert.deepEqual([keys(second.items), second.nextCursor], [["NPM_TOKEN"], null]);
  const found = await t.store.secrets.list(organizationId, { limit: 9, search: "npm_" });
  assert.deepEqual(keys(found.items), ["NPM_TOKEN"]);
  const sealed = await t.store.secrets.listSealed(organizationId);
  assert.deepEqual(keys(sealed.map(({ secret }) => secret)), ["AWS_KEY", "NPMXTOKEN", "NPM_TOKEN"]);
  await t.store.secrets.delete(organizationId, secrets[0]!.id);
  await t.store.secrets.delete(organizationId, secrets[0]!.id);
  assert.equal(await t.store.secrets.find(organizationId, secrets[0]!.id), null);
});

test("replaces, keeps and deletes credentials by name, and never lists them as secrets", async () => {
  const organizationId = await t.addOrganization();
  const provider = { kind: "provider", name: "anthropicApiKey" } as const;
  const authority = { kind: "authority", name: "egress" } as const;
  const find = (of: typeof provider | typeof authority) => t.store.secrets.findCredential(organizationId, of);
  assert.equal(await find(provider), null);
  await t.store.secrets.saveCredential(organizationId, provider, { version: 1, sealed: sealedAs("a") });
  await t.store.secrets.saveCredential(organizationId, provider, { version: 2, sealed: sealedAs("b", "k2") });
  assert.deepEqual(await find(provider), { version: 2, sealed: sealedAs("b", "k2") });
  await t.store.secrets.insertCredential(organizationId, authority, { version: 1, sealed: sealedAs("ca") });
  await t.store.secrets.insertCredential(organizationId, authority, { version: 1, sealed: sealedAs("late") });
  assert.deepEqual(await find(authority), { version: 1, sealed: sealedAs("ca") });
  assert.equal(await t.store.secrets.findCredential(await t.addOrganization(), provider), null);
  assert.deepEqual((await t.store.secrets.list(organizationId, { limit: 9 })).items, []);
  assert.deepEqual(await t.store.secrets.listSealed(organizationId), []);
  await t.store.secrets.deleteCredential(organizationId, provider);
  assert.equal(await find(provider), null);
  assert.notEqual(await find(authority), null);
});

test("returns defaults for a new organization and merges settings", async () => {
  const id = await t.addOrganization();
  const fresh = {
    id,
    name: "Other",
    slug: null,
    createdAt: someTime,
    updatedAt: null,
    hasSecrets: false,
    egress: { preset: "none", allow: [] },
    budget: { perSessionMicroUsd: null, perMonthMicroUsd: null },
    permissionPolicy: defaultPermissionPolicy,
    settings: {},
  };
  assert.deepEqual(await t.store.organizations.find(id), fresh);
  assert.equal(await t.store.organizations.find(newId()), null);
  const egress = { preset: "custom", allow: ["*.example.com:8443"] } as const;
  await t.store.organizations.setEgress(id, egress);
  const budget = { perSessionMicroUsd: 0, perMonthMicroUsd: 1_000_000_000_000 };
  await t.store.organizations.setBudget(id, budget);
  await t.store.organizations.mergeSettings(id, { draftPrs: true, cloneDepth: 3 });
  await t.store.organizations.mergeSettings(id, { cloneDepth: 4, draftPrs: null });
  assert.deepEqual(await t.store.organizations.find(id), {
    ...fresh,
    egress,
    budget,
    settings: { cloneDepth: 4 },
  });
});
