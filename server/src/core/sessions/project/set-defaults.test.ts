import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { setProjectDefaults } from "./set-defaults.ts";
import { aProject } from "./testing/a-project.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("rejects a size that a concurrent update removes from the project", async () => {
  const project = aProject({ organizationId: t.organizationId, sizes: ["micro", "xl"] });
  await t.store.projects.insert(project);
  const wanted = { projectId: project.id, sandboxSize: "xl" } as const;
  const before = await t.store.projects.find(t.organizationId, project.id);
  await t.store.projects.update({ ...project, sizes: ["micro"] });
  // The first read is older than the update.
  const projects = { ...t.store.projects, find: async () => before };
  const ports = { clock: t.clock, store: { ...t.store, projects } };
  await assert.rejects(setProjectDefaults(ports, t.organizationId, wanted), { code: "invalid_input" });
  assert.deepEqual((await t.store.projects.get(project.id)).defaultForSizes, []);
  const other = { ...wanted, sandboxSize: "micro" } as const;
  await setProjectDefaults(t, t.organizationId, other);
  assert.deepEqual((await t.store.projects.get(project.id)).defaultForSizes, ["micro"], "control");
});
