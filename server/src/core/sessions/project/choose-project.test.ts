import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { addPerson } from "../../../testing/person.ts";
import { openScene, type Scene } from "../../../testing/scene.ts";
import type { Repository } from "../../forges/index.ts";
import { forkSession } from "../create/fork-session.ts";
import type { Session } from "../session/session.ts";
import { updateSession } from "../session/update-session.ts";
import { deleteProject } from "./delete-project.ts";
import type { Project } from "./project.ts";
import { setProjectDefaults } from "./set-defaults.ts";
import { aProject } from "./testing/a-project.ts";

let scene: Scene;
let app: Repository;
let site: Repository;
beforeEach(async () => {
  scene = await openScene();
  app = await scene.t.addRepository({ name: "app" });
  site = await scene.t.addRepository({ name: "site" });
});
afterEach(() => scene.drop());

async function add(change: Partial<Project> = {}): Promise<Project> {
  const project = aProject({ organizationId: scene.t.organizationId, ...change });
  await scene.t.store.projects.insert(project);
  return project;
}

const repositoriesOf = async ({ id }: Session) =>
  (await scene.t.store.sessions.repositories(id)).map((one) => [one.repositoryId, one.baseBranch]);

test("gives a session its project's repositories and their base branches", async () => {
  const project = await add({ repositoryIds: [app.id, site.id], baseBranches: { [site.id]: "develop" } });
  const session = await scene.create({ projectId: project.id });
  assert.deepEqual([session.projectId, session.snapshotId], [project.id, null]);
  assert.deepEqual(await repositoriesOf(session), [
    [app.id, null],
    [site.id, "develop"],
  ]);
});

test("uses the repositories and the branch that the session names instead", async () => {
  const project = await add({ repositoryIds: [app.id, site.id], baseBranches: { [app.id]: "develop" } });
  const session = await scene.create({
    projectId: project.id,
    repositoryIds: [app.id],
    baseBranch: "main",
  });
  assert.deepEqual(await repositoriesOf(session), [[app.id, null]]);
});

test("uses the default project for the repositories only if it contains all of them", async () => {
  const project = await add({ repositoryIds: [app.id], isDefaultForRepositories: true });
  const chosen = async (repositoryIds: string[]) => (await scene.create({ repositoryIds })).projectId;
  assert.equal(await chosen([app.id]), project.id);
  assert.equal(await chosen([app.id, site.id]), null);
  assert.equal(await chosen([]), null);
  assert.equal((await scene.create({ repositoryIds: [app.id], projectId: null })).projectId, null);
  await add({ repositoryIds: [app.id, site.id], isDefaultForRepositories: true });
  assert.equal(await chosen([app.id]), project.id, "prefers the project with fewer repositories");
});

test("does not use the default project for repositories for a size that it lacks", async () => {
  await add({ repositoryIds: [app.id], isDefaultForRepositories: true, sizes: ["micro"] });
  const session = await scene.create({ repositoryIds: [app.id], sandboxSize: "xl" });
  assert.deepEqual([session.projectId, session.sandboxSize], [null, "xl"]);
});

test("uses the default project for the size, without its repositories", async () => {
  const project = await add({ repositoryIds: [app.id], sizes: ["micro", "xl"] });
  await setProjectDefaults(scene.ports, scene.t.organizationId, { projectId: project.id, sandboxSize: "xl" });
  const session = await scene.create({ sandboxSize: null });
  assert.deepEqual([session.projectId, session.sandboxSize], [project.id, "xl"]);
  assert.deepEqual(await repositoriesOf(session), []);
  assert.equal((await scene.create({ sandboxSize: "micro" })).projectId, null);
});

test("adapts the default size to the project, and rejects a requested size that it lacks", async () => {
  const project = await add({ sizes: ["nano", "large"] });
  assert.equal((await scene.create({ projectId: project.id, sandboxSize: null })).sandboxSize, "nano");
  await assert.rejects(scene.create({ projectId: project.id, sandboxSize: "small" }), {
    code: "invalid_input",
    field: "sandboxSize",
    message: /does not have the size small. Use one of nano, large/,
  });
});

test("rejects a project that is unknown, archived or belongs to another organization", async () => {
  const archived = await add();
  await deleteProject(scene.ports, archived);
  const foreign = await add({ organizationId: await scene.t.addOrganization() });
  for (const projectId of ["x", archived.id, foreign.id])
    await assert.rejects(scene.create({ projectId }), {
      code: "invalid_input",
      field: "projectId",
      message: /was not found. It may have been deleted/,
    });
});

test("changes the project of a draft only, and only to one with the draft's size", async () => {
  const viewer = { organizationId: scene.t.organizationId, userId: scene.t.userId };
  const [project, large] = [await add(), await add({ sizes: ["large"] })];
  const draft = await scene.create({ isDraft: true });
  const change = (id: string, projectId: string | null) =>
    updateSession(scene.ports, viewer, id, { projectId });
  assert.equal((await change(draft.id, project.id)).projectId, project.id);
  await assert.rejects(change(draft.id, large.id), { field: "sandboxSize" });
  await assert.rejects(updateSession(scene.ports, viewer, draft.id, { sandboxSize: "xl" }), {
    field: "sandboxSize",
  });
  assert.equal((await change(draft.id, null)).projectId, null);
  const queued = await scene.create();
  await assert.rejects(change(queued.id, project.id), {
    code: "conflict",
    message: /"projectId" cannot change after work has started/,
  });
});

test("copies the project to a fork without adding its repositories, unless it was archived", async () => {
  const project = await add({ repositoryIds: [app.id] });
  const parent = await scene.create({ projectId: project.id, isProjectCopied: true });
  const { keyId } = await addPerson(scene.t);
  const fork = () =>
    forkSession(scene.ports, scene.t.organizationId, parent.id, {
      prompt: null,
      title: null,
      isDraft: true,
      sender: { keyId, request: { id: "r", traceparent: null } },
    });
  const copy = await fork();
  assert.deepEqual([copy.projectId, await repositoriesOf(copy)], [project.id, []]);
  const control = await scene.create({ projectId: project.id });
  assert.equal((await repositoriesOf(control)).length, 1, "control: a chosen project adds its repositories");
  await deleteProject(scene.ports, project);
  assert.equal((await fork()).projectId, null);
  assert.equal((await scene.t.store.sessions.get(parent.id)).projectId, project.id);
});
