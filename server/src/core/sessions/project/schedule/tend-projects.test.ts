import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { openScene, type Scene } from "../../../../testing/scene.ts";
import { newId } from "../../../base/index.ts";
import { deleteOrganization } from "../../end/delete-organization.ts";
import { claimBuild } from "../build/claim-build.ts";
import { deleteProject } from "../delete-project.ts";
import type { Project } from "../project.ts";
import { aProject } from "../testing/a-project.ts";
import { addProjectSchedule, updateProjectSchedule } from "./change-schedules.ts";
import { tendProjects } from "./tend-projects.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.drop());

async function add(change: Partial<Project> = {}): Promise<Project> {
  const project = aProject({ organizationId: scene.t.organizationId, ...change });
  await scene.t.store.projects.insert(project);
  return project;
}

const at = (time: string) => scene.t.clock.set(new Date(time));
const buildsOf = async ({ id }: Project) => (await scene.t.store.projectBuilds.list(id, { limit: 9 })).items;

test("requests one build at each time of a schedule, even if many servers tend", async () => {
  const project = await add();
  const { id } = await addProjectSchedule(scene.ports, project, {
    cron: "0 9 * * *",
    timezone: "Asia/Tokyo",
  });
  at("2026-01-02T23:59:59Z");
  await tendProjects(scene.ports);
  assert.deepEqual(await buildsOf(project), []);
  at("2026-01-03T00:00:00Z");
  await Promise.all(Array.from({ length: 10 }, () => tendProjects(scene.ports)));
  const [build, ...others] = await buildsOf(project);
  assert.deepEqual([build?.trigger, build?.state.status, others.length], ["scheduled", "pending", 0]);
  const schedule = await scene.t.store.projectSchedules.find(project.id, id);
  assert.deepEqual(
    [schedule?.lastRunAt?.toISOString(), schedule?.nextRunAt?.toISOString()],
    ["2026-01-03T00:00:00.000Z", "2026-01-04T00:00:00.000Z"],
  );
});

test("requests one build for several missed times, and none while a build waits", async () => {
  const project = await add();
  await addProjectSchedule(scene.ports, project, { cron: "* * * * *" });
  at("2026-01-05T00:00:30Z");
  await tendProjects(scene.ports);
  at("2026-01-05T00:01:30Z");
  await tendProjects(scene.ports);
  assert.equal((await buildsOf(project)).length, 1);
  assert.ok(await claimBuild(scene.ports, "worker"));
  at("2026-01-05T00:02:30Z");
  await tendProjects(scene.ports);
  assert.equal((await buildsOf(project)).length, 2, "a build may wait while another runs");
});

test("requests no build for a disabled schedule, a deleted project or a deleted organization", async () => {
  const disabled = await add();
  const { id } = await addProjectSchedule(scene.ports, disabled, { cron: "* * * * *" });
  await updateProjectSchedule(scene.ports, disabled, id, { isEnabled: false });
  const deleted = await add();
  await addProjectSchedule(scene.ports, deleted, { cron: "* * * * *" });
  await deleteProject(scene.ports, deleted);
  const orphan = await add({ organizationId: await scene.t.addOrganization() });
  await addProjectSchedule(scene.ports, orphan, { cron: "* * * * *" });
  const deleter = { userId: scene.t.userId, keyId: newId(), requestId: "r" };
  await deleteOrganization(scene.ports, orphan.organizationId, deleter);
  const control = await add();
  await addProjectSchedule(scene.ports, control, { cron: "* * * * *" });
  at("2026-01-05T00:00:00Z");
  await tendProjects(scene.ports);
  const counts = [];
  for (const project of [disabled, deleted, orphan, control]) counts.push((await buildsOf(project)).length);
  assert.deepEqual(counts, [0, 0, 0, 1]);
});
