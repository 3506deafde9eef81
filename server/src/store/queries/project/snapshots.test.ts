import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { claimBuild, completeBuild, requestBuild } from "../../../core/sessions/index.ts";
import { aProject } from "../../../core/sessions/project/testing/a-project.ts";
import { anEnvironment } from "../../../testing/seed-project.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

async function addProject() {
  const project = aProject({ organizationId: t.organizationId });
  await t.store.projects.insert(project);
  const build = async (layers: readonly string[], pinned: string) => {
    t.clock.set(new Date(t.clock.now().getTime() + 1_000));
    await requestBuild(t, project, {});
    const base = { identity: pinned, pinned, env: { A: "b" }, user: "root", startScript: null } as const;
    return completeBuild(t, (await claimBuild(t, "worker"))!, { ...anEnvironment(), layers, base });
  };
  return { project, build };
}

test("finds the snapshot of a session and of a base, even if a newer one is active", async () => {
  const { project, build } = await addProject();
  const old = await build(["a1", "a2"], "app@1");
  const newer = await build(["b1", "b2"], "app@2");
  const session = await t.addSession({ projectId: project.id, snapshotId: old });
  const { id, base, layers } = (await t.store.projectSnapshots.ofSession(session.id))!;
  assert.deepEqual(
    { id, base, layers },
    {
      id: old,
      base: { identity: "app@1", pinned: "app@1", env: { A: "b" }, user: "root", startScript: null },
      layers: ["a1", "a2"],
    },
  );
  await t.store.projectSnapshots.archive(old, t.clock.now());
  assert.equal((await t.store.projectSnapshots.ofSession(session.id))?.id, old);
  assert.equal(await t.store.projectSnapshots.ofSession(project.id), null);
  assert.equal((await t.store.projectSnapshots.findByBase("app@2", project.id))?.id, newer);
  assert.equal((await t.store.projectSnapshots.findByBase("app@2", null))?.id, newer);
  assert.equal(await t.store.projectSnapshots.findByBase("app@2", session.id), null);
  assert.equal(await t.store.projectSnapshots.findByBase("app@3", null), null);
});

test("lists the layers of active and pinned snapshots, and of those that sessions use", async () => {
  const { project, build } = await addProject();
  const [pinned, used, unused, active] = [
    await build(["base", "pinned"], "app@1"),
    await build(["base", "used"], "app@1"),
    await build(["old-base", "unused"], "app@0"),
    await build(["base", "active"], "app@1"),
  ];
  const listed = async () =>
    (await t.store.projectSnapshots.usedLayers()).filter((one) => /base|used|active|pinned/.test(one)).sort();
  const at = t.clock.now();
  await t.store.projectSnapshots.update(pinned, { pinnedAt: at, updatedAt: at });
  const session = await t.addSession({ projectId: project.id, snapshotId: used });
  await t.store.projectSnapshots.archive(used, at);
  assert.deepEqual(await listed(), ["active", "base", "pinned", "used"]);
  await t.store.sessionChanges.hide(session.id, at);
  await t.store.projectSnapshots.markBroken(active, "A layer is damaged.", at);
  await t.store.projectSnapshots.update(pinned, { pinnedAt: null, updatedAt: at });
  assert.deepEqual(await listed(), ["old-base", "unused"], "the newest usable one is active");
  assert.ok(unused);
});
