import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { type TestContext, test } from "node:test";
import { newId, systemClock } from "../../core/base/index.ts";
import { createRepository, removeRepository } from "../../core/forges/index.ts";
import type { Ports } from "../../core/ports.ts";
import { makeStarted } from "./testing/local-forge-fixture.ts";

const named = { owner: "acme", name: "app" };

async function makeRemovable(t: TestContext) {
  const it = await makeStarted(t);
  const ports = {
    store: it.store,
    forges: { local: it.local },
    clock: systemClock,
    settings: { publicUrl: it.url },
  } as unknown as Ports;
  const { organizationId, repository } = it;
  const remove = (deletesData: boolean, by = organizationId) =>
    removeRepository(ports, { organizationId: by, id: repository.id }, { deletesData });
  const otherOrganizationId = newId();
  await it.store.organizations.insert({ id: otherOrganizationId, name: "Elsewhere" });
  const listed = async () =>
    (await it.store.syncedRepositories.list(organizationId, { limit: 9, order: "asc" })).items.length;
  return { ...it, ports, remove, listed, otherOrganizationId };
}

test("hides a removed repository everywhere, and restores its data if it is created again", async (t) => {
  const { store, forge, ports, path, repository, organizationId, writer, url, ...it } =
    await makeRemovable(t);
  const ask = () =>
    fetch(`${url}/api/github/v3/repos/acme/app`, { headers: { authorization: `Bearer ${writer.token}` } });
  assert.deepEqual([await it.listed(), (await ask()).status], [1, 200], "control: the repository is listed");
  assert.notEqual(
    await store.repositories.findLocal("acme", "app"),
    null,
    "control: the store has the repository",
  );
  await it.remove(false);
  assert.deepEqual([await it.listed(), (await ask()).status], [0, 404]);
  assert.equal(await store.repositories.findLocal("acme", "app"), null, "Git access is disabled");
  assert.equal(await store.repositories.find(organizationId, repository.id), null);
  assert.deepEqual(await store.repositories.listEnabled(organizationId), []);
  await assert.rejects(forge.remote(repository), { code: "forge_failed" });
  await assert.rejects(it.remove(false), { code: "not_found" });
  const [kept] = await store.repositories.findMany(organizationId, [repository.id]);
  assert.equal(kept?.name, "app", "old sessions still show its name");
  await assert.rejects(
    createRepository(ports, it.otherOrganizationId, named),
    { code: "conflict" },
    "another organization cannot take over the data by its name",
  );
  assert.equal((await createRepository(ports, organizationId, named)).id, repository.id);
  assert.notEqual(await forge.findBranch(repository, "main"), null);
  assert.ok(existsSync(path));
  const { items } = await store.audit.list(organizationId, { limit: 2 });
  assert.deepEqual(
    items.map(({ action, object }) => [action, object.name]),
    [
      ["repository.created", "acme/app"],
      ["repository.deleted", "acme/app"],
    ],
  );
});

test("deletes a repository's data, so that a new one with the same name starts empty", async (t) => {
  const { store, forge, ports, path, repository, organizationId, ...it } = await makeRemovable(t);
  await it.remove(true);
  assert.deepEqual(readdirSync(dirname(path)), []);
  const [event] = (await store.audit.list(organizationId, { limit: 1 })).items;
  assert.deepEqual([event?.action, event?.object.name], ["repository.deleted", "acme/app"]);
  const taken = await createRepository(ports, it.otherOrganizationId, named);
  assert.notEqual(taken.id, repository.id);
  assert.equal(await forge.findBranch(taken, "main"), null, "the new repository is empty");
  await assert.rejects(forge.remote(repository), { code: "forge_failed" }, "old sessions cannot access it");
});

test("allows only the repository's organization to remove it", async (t) => {
  const { remove, listed, otherOrganizationId } = await makeRemovable(t);
  await assert.rejects(remove(true, otherOrganizationId), { code: "not_found" });
  assert.equal(await listed(), 1);
});
