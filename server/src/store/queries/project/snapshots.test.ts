import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
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

async function addBlob(organizationId: string): Promise<string> {
  const id = newId();
  await t.store.blobs.insert(
    {
      ...{ id, organizationId, kind: "layer", sizeBytes: 1, storedBytes: 1, sha256: "0".repeat(64) },
      createdAt: t.clock.now(),
    },
    { bytes: Buffer.from("key"), masterKeyId: "key" },
  );
  return id;
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

test("keeps the saved layers of environments that are not deleted or that sessions use", async () => {
  const { project, build } = await addProject();
  const [kept, used, deleted] = [
    await build(["kept-layer"], "app@1"),
    await build(["used-layer"], "app@1"),
    await build(["deleted-layer"], "app@1"),
  ];
  await t.addSession({ projectId: project.id, snapshotId: used });
  const at = t.clock.now();
  for (const id of [used, deleted]) await t.store.projectSnapshots.archive(id, at);
  const { organizationId } = t;
  const other = await t.addOrganization();
  for (const [owner, digest] of [
    ...["kept-layer", "used-layer", "deleted-layer"].map((digest) => [organizationId, digest] as const),
    [other, "kept-layer"] as const,
  ]) {
    const blobId = await addBlob(owner);
    await t.store.savedLayers.insert({ organizationId: owner, digest, blobId, savedAt: at });
    assert.equal(await t.store.savedLayers.find(owner, digest), blobId);
  }
  assert.equal(
    await t.store.savedLayers.deleteUnused(at),
    0,
    "a build may save a layer before its environment",
  );
  assert.equal(await t.store.savedLayers.deleteUnused(new Date(at.getTime() + 1)), 2);
  const found = await Promise.all(
    ["kept-layer", "used-layer", "deleted-layer"].map((digest) =>
      t.store.savedLayers.find(organizationId, digest),
    ),
  );
  assert.deepEqual(
    found.map((id) => id !== null),
    [true, true, false],
  );
  assert.equal(
    await t.store.savedLayers.find(other, "kept-layer"),
    null,
    "another organization's environment",
  );
  assert.ok(kept);
});
