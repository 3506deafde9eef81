import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { anEnvironment } from "../../../../testing/seed-project.ts";
import { openTestStore, type TestStore } from "../../../../testing/test-store.ts";
import { dayMs } from "../../../base/index.ts";
import { claimBuild, completeBuild } from "../build/claim-build.ts";
import { requestBuild } from "../build/request-build.ts";
import { aProject } from "../testing/a-project.ts";
import { expireSnapshots } from "./expire-snapshots.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("deletes old snapshots, except pinned ones and those that sessions use", async () => {
  const project = aProject({ organizationId: t.organizationId });
  await t.store.projects.insert(project);
  const ids: string[] = [];
  for (let n = 0; n < 6; n++) {
    t.clock.set(new Date(t.clock.now().getTime() + 1_000));
    await requestBuild(t, project, {});
    ids.push(await completeBuild(t, (await claimBuild(t, "worker"))!, anEnvironment()));
  }
  const [pinned, used, unused] = ids as [string, string, string];
  await t.store.projectSnapshots.update(pinned, { pinnedAt: t.clock.now(), updatedAt: t.clock.now() });
  const session = await t.addSession({ projectId: project.id, snapshotId: used });
  const left = async () =>
    (await t.store.projectSnapshots.list(project.id, { limit: 9 })).items.map(({ id }) => id).reverse();

  t.clock.set(new Date(t.clock.now().getTime() + 6 * dayMs));
  assert.equal(await expireSnapshots(t), 0);
  t.clock.set(new Date(t.clock.now().getTime() + 2 * dayMs));
  assert.equal(await expireSnapshots(t), 1);
  assert.deepEqual(
    await left(),
    ids.filter((id) => id !== unused),
  );
  await t.store.sessionChanges.hide(session.id, t.clock.now());
  assert.equal(await expireSnapshots(t), 1);
  assert.deepEqual(
    await left(),
    ids.filter((id) => id !== unused && id !== used),
  );
});

test("finds a project with an unused snapshot, even if older snapshots of other projects are kept", async () => {
  const organizationId = await t.addOrganization();
  const addBuilt = async (count: number) => {
    const project = aProject({ organizationId });
    await t.store.projects.insert(project);
    for (let n = 0; n < count; n++) {
      t.clock.set(new Date(t.clock.now().getTime() + 1_000));
      await requestBuild(t, project, {});
      await completeBuild(t, (await claimBuild(t, "worker"))!, anEnvironment());
    }
    return project.id;
  };
  await addBuilt(3);
  const removable = await addBuilt(4);
  const builtBefore = new Date(t.clock.now().getTime() + dayMs);
  const found = await t.store.projectSnapshots.candidates({ builtBefore, keptNewest: 3, limit: 1 });
  assert.deepEqual([...new Set(found.map(({ projectId }) => projectId))], [removable]);
  assert.equal(found.length, 4);
});
