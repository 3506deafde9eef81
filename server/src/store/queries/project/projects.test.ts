import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Project } from "../../../core/sessions/index.ts";
import { aProject } from "../../../core/sessions/project/testing/a-project.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

async function add(change: Partial<Project> = {}): Promise<Project> {
  const project = aProject({ organizationId: t.organizationId, ...change });
  await t.store.projects.insert(project);
  return project;
}

test("stores every field of a project", async () => {
  const project = await add({
    description: "The shop.",
    defaultForSizes: ["nano"],
    baseBranches: { "0199f0a5-7c1e-7cc3-98c4-dc0c0c073902": "develop" },
    source: { kind: "image", reference: "debian:13" },
    services: [{ name: "db", command: "postgres", ready: { command: "true" }, user: "root" }],
    user: "root",
    allowsContainers: true,
    keepsWarm: true,
  });
  const overview = { ...project, activeSnapshot: null, lastBuild: null };
  assert.deepEqual(await t.store.projects.find(t.organizationId, project.id), overview);
  const changed = { ...project, name: "Renamed", source: { kind: "machine" }, services: [] } as const;
  await t.store.projects.update(changed);
  assert.deepEqual(await t.store.projects.get(project.id), changed);
  await t.store.projects.update({ ...changed, defaultForSizes: [] });
});

test("rejects a name that another project has, ignoring case, until that project is archived", async () => {
  const first = await add({ name: "Taken" });
  await assert.rejects(add({ name: "tAKEN" }), { code: "conflict", message: /already exists/ });
  const other = await add({ name: "Free" });
  await assert.rejects(t.store.projects.update({ ...other, name: "taken" }), { code: "conflict" });
  await add({ name: "Taken", organizationId: await t.addOrganization() });
  await t.store.projects.update({ ...first, archivedAt: someTime });
  await t.store.projects.update({ ...other, name: "taken" });
});

test("finds, locks, changes and lists a project only for its own organization", async () => {
  const stranger = await t.addOrganization();
  const project = await add({ name: "Ours", defaultForSizes: ["xl"], isDefaultForRepositories: true });
  const { projects } = t.store;
  assert.equal(await projects.find(stranger, project.id), null);
  assert.equal(await projects.lock(stranger, project.id), null);
  await projects.update({ ...project, organizationId: stranger, name: "Stolen" });
  await projects.clearDefaults(stranger, ["xl"], { exceptId: null, at: someTime });
  assert.deepEqual(await projects.get(project.id), project);
  assert.deepEqual((await projects.list(stranger, { limit: 9 })).items, []);
  assert.equal(await projects.count(stranger), 0);
  assert.equal((await projects.defaultsForSizes(stranger)).size, 0);
  assert.deepEqual(await projects.defaultsForRepositories(stranger, []), []);
  assert.equal((await projects.defaultsForSizes(t.organizationId)).get("xl")?.id, project.id, "control");
});

test("lists projects by page, by text and by default", async () => {
  const organizationId = await t.addOrganization();
  const names = ["a 100%", "b", "c 100%"];
  for (const name of names)
    await add({ organizationId, name, ...(name === "b" && { defaultForSizes: ["micro"] }) });
  const listed = async (filter: { search?: string; isDefault?: boolean }) =>
    (await t.store.projects.list(organizationId, { limit: 9, ...filter })).items
      .map(({ name }) => name)
      .sort();
  assert.deepEqual(await listed({}), names);
  assert.deepEqual(await listed({ search: "100%" }), ["a 100%", "c 100%"]);
  assert.deepEqual(await listed({ isDefault: true }), ["b"]);
  const first = await t.store.projects.list(organizationId, { limit: 2 });
  const second = await t.store.projects.list(organizationId, { limit: 2, cursor: first.nextCursor! });
  assert.deepEqual([first.items.length, second.items.length, second.nextCursor], [2, 1, null]);
});

test("finds the projects that contain all repositories of a session", async () => {
  const organizationId = await t.addOrganization();
  const [a, b] = ["0199f0a5-7c1e-7cc3-98c4-dc0c0c073903", "0199f0a5-7c1e-7cc3-98c4-dc0c0c073904"];
  const isDefault = { organizationId, isDefaultForRepositories: true };
  const both = await add({ ...isDefault, repositoryIds: [a, b] });
  const one = await add({ ...isDefault, repositoryIds: [a] });
  await add({ organizationId, repositoryIds: [a, b] });
  await add({ ...isDefault, repositoryIds: [a, b], archivedAt: someTime });
  const found = async (ids: string[]) =>
    new Set((await t.store.projects.defaultsForRepositories(organizationId, ids)).map(({ id }) => id));
  assert.deepEqual(await found([a]), new Set([both.id, one.id]));
  assert.deepEqual(await found([b, a]), new Set([both.id]));
});

test("removes sizes from the defaults of all other projects", async () => {
  const organizationId = await t.addOrganization();
  const kept = await add({ organizationId, defaultForSizes: ["micro", "xl"] });
  const cleared = await add({ organizationId, defaultForSizes: ["nano", "xl", "large"] });
  await t.store.projects.clearDefaults(organizationId, ["xl", "nano"], { exceptId: kept.id, at: someTime });
  assert.deepEqual((await t.store.projects.get(cleared.id)).defaultForSizes, ["large"]);
  assert.deepEqual((await t.store.projects.get(kept.id)).defaultForSizes, ["micro", "xl"]);
});
