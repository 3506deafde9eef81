import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hashToken } from "../../../core/accounts/index.ts";
import { newId } from "../../../core/base/index.ts";
import type { Repository } from "../../../core/forges/index.ts";
import type { FoundRepository, WantedInputs } from "../../../core/sessions/index.ts";
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

const noRepositories: WantedInputs["repositories"] = { ids: [], urlKeys: [], paths: [], fullNames: [] };

/** Returns the repositories as found by this name. */
const namedBy = (by: FoundRepository["namedBy"], name: string, found: readonly (Repository | null)[]) =>
  found.map((repository) => ({ namedBy: by, name, repository }));

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
    repositories: [
      ...namedBy("id", byId.id, await store.repositories.findMany(organizationId, [byId.id])),
      ...namedBy("path", "acme/by-path", [
        await store.repositories.findByPath(organizationId, "local", "acme", "by-path"),
      ]),
      ...namedBy(
        "fullName",
        "ACME/named",
        await store.repositories.findByFullName(organizationId, "acme/named"),
      ),
      ...namedBy("urlKey", connectedUrl, [
        await store.repositories.findByConnectedUrl(organizationId, connectedUrl),
      ]),
    ],
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
  assert.deepEqual(other.repositories, []);
  assert.deepEqual([other.userId, other.user, other.member], [null, null, null]);
  assert.deepEqual([...other.modelChoices, ...other.sizeDefaults], []);
  const own = await t.store.newSessions.readInputs(t.organizationId, wanted);
  const found = own.repositories.map((one) => [one.namedBy, one.repository.id]);
  const ways = ["fullName", "id", "path", "urlKey"];
  assert.deepEqual(
    found.sort(),
    ways.map((way) => [way, id]),
    "control",
  );
});

test("finds a removed repository in the same ways as the separate queries", async () => {
  const { store, organizationId } = t;
  const connectedUrl = "https://host/acme/removed";
  const { owner, name, id } = await t.addRepository({ connectedUrl });
  await t.database.pool.query("update repositories set removed_at = now() where id = $1", [id]);
  const { repositories } = await store.newSessions.readInputs(organizationId, {
    keyId,
    repositories: {
      ids: [id],
      urlKeys: [connectedUrl],
      paths: [{ owner, name }],
      fullNames: [`${owner}/${name}`],
    },
  });
  const separately = {
    id: await store.repositories.findMany(organizationId, [id]),
    urlKey: [await store.repositories.findByConnectedUrl(organizationId, connectedUrl)],
    path: [await store.repositories.findByPath(organizationId, "local", owner, name)],
    fullName: await store.repositories.findByFullName(organizationId, `${owner}/${name}`),
  };
  const ways = Object.entries(separately).filter(([, found]) => found.some((one) => one !== null));
  assert.deepEqual(repositories.map((one) => one.namedBy).sort(), ways.map(([way]) => way).sort());
  assert.ok(ways.length > 0 && ways.length < 4, "control");
});

test("returns no organization for an unknown ID", async () => {
  const read = await t.store.newSessions.readInputs(newId(), { keyId, repositories: noRepositories });
  assert.deepEqual([read.organization, read.member], [null, null]);
});
