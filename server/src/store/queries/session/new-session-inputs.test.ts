import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hashToken } from "../../../core/accounts/index.ts";
import { newId } from "../../../core/base/index.ts";
import type { WantedInputs } from "../../../core/sessions/index.ts";
import { aProject } from "../../../core/sessions/project/testing/a-project.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
let keyId: string;
before(async () => {
  t = await openTestStore();
  keyId = newId();
  const { organizationId, userId } = t;
  const times = { createdAt: someTime, updatedAt: someTime, lastUsedAt: null };
  await t.store.apiKeys.insert(
    { id: keyId, organizationId, userId, name: null, tokenPreview: "tembo_…", ...times },
    hashToken(keyId),
  );
  await t.store.models.saveChoice(organizationId, { model: "m", isEnabled: false, provider: "own" });
});
after(() => t.drop());

const none: WantedInputs["repositories"] = { ids: [], urlKeys: [], paths: [], fullNames: [] };

test("reads what the separate queries read", async () => {
  const { store, organizationId, userId } = t;
  const byId = await t.addRepository({ owner: "acme", name: "by-id" });
  const byPath = await t.addRepository({ owner: "Acme", name: "By-Path" });
  const byFullName = await t.addRepository({ owner: "acme", name: "named" });
  const connectedUrl = "https://github.com/acme/connected";
  const byUrl = await t.addRepository({ name: "connected", connectedUrl });
  const repositoryIds = [byId, byPath, byFullName, byUrl].map(({ id }) => id);
  const ofAll = { name: "All", repositoryIds, isDefaultForRepositories: true };
  const ofOne = { name: "One", repositoryIds: [byId.id], isDefaultForRepositories: true };
  for (const one of [ofAll, ofOne, { name: "Small", defaultForSizes: ["small"] as const }])
    await store.projects.insert(aProject({ organizationId, ...one }));

  const read = await store.newSessions.readInputs(organizationId, {
    keyId,
    repositories: {
      ids: [byId.id.toUpperCase()],
      urlKeys: [connectedUrl],
      paths: [{ owner: "acme", name: "by-path" }],
      fullNames: ["ACME/named"],
    },
  });
  assert.deepEqual(read, {
    organization: await store.organizations.find(organizationId),
    userId,
    user: await store.users.find(userId),
    member: await store.members.ofUser(organizationId, userId),
    modelChoices: await store.models.choices(organizationId),
    providerCredentialNames: await store.secrets.credentialNames(organizationId, "provider"),
    repositories: {
      byId: await store.repositories.findMany(organizationId, [byId.id]),
      byUrlKey: [await store.repositories.findByConnectedUrl(organizationId, connectedUrl)],
      byPath: [await store.repositories.findByPath(organizationId, "local", "acme", "by-path")],
      byFullName: await store.repositories.findByFullName(organizationId, "acme/named"),
    },
    repositoryDefaults: await store.projects.defaultsForRepositories(organizationId, repositoryIds),
    sizeDefaults: [...(await store.projects.defaultsForSizes(organizationId)).values()],
  });
  const counts = [read.repositoryDefaults, read.sizeDefaults, read.modelChoices].map(({ length }) => length);
  assert.deepEqual(counts, [1, 1, 1]);
  assert.ok(read.member !== null && read.user !== null && read.organization !== null);
});

test("reads nothing of another organization", async () => {
  const { owner, name, id } = await t.addRepository({ connectedUrl: "https://host/acme/secret" });
  const wanted = {
    keyId: null,
    repositories: {
      ids: [id],
      urlKeys: ["https://host/acme/secret"],
      paths: [{ owner, name }],
      fullNames: [`${owner}/${name}`],
    },
  };
  const other = await t.store.newSessions.readInputs(await t.addOrganization(), wanted);
  assert.deepEqual(Object.values(other.repositories), [[], [], [], []]);
  assert.deepEqual([other.userId, other.user, other.member], [null, null, null]);
  assert.deepEqual([...other.modelChoices, ...other.sizeDefaults], []);
  const own = await t.store.newSessions.readInputs(t.organizationId, wanted);
  assert.deepEqual(
    Object.values(own.repositories).map((found) => found.map((one) => one.id)),
    [[id], [id], [id], [id]],
    "control",
  );
});

test("finds a removed repository only in the ways in which the separate queries find it", async () => {
  const { owner, name, id } = await t.addRepository();
  await t.database.pool.query("update repositories set removed_at = now() where id = $1", [id]);
  const paths = [{ owner, name }];
  const wanted = { ...none, ids: [id], paths, fullNames: [`${owner}/${name}`] };
  const { repositories } = await t.store.newSessions.readInputs(t.organizationId, {
    keyId,
    repositories: wanted,
  });
  const found = Object.values(repositories).map(({ length }) => length);
  assert.deepEqual(found, [1, 0, 0, 0]);
});

test("returns no organization for an unknown ID", async () => {
  const read = await t.store.newSessions.readInputs(newId(), { keyId, repositories: none });
  assert.deepEqual([read.organization, read.member], [null, null]);
});
