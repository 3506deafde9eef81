import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import {
  type BuildLease,
  claimBuild,
  completeBuild,
  deleteProject,
  openBuildLog,
  type Project,
  readBuildLog,
  refreshOnChange,
  requestBuild,
} from "../../../core/sessions/index.ts";
import {
  failBuild,
  failLostBuilds,
  failOverdueBuilds,
} from "../../../core/sessions/project/build/claim-build.ts";
import { enqueueBuild } from "../../../core/sessions/project/build/request-build.ts";
import { aProject } from "../../../core/sessions/project/testing/a-project.ts";
import { anEnvironment } from "../../../testing/seed-project.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

async function addProject(change: Partial<Project> = {}): Promise<Project> {
  const project = aProject({ organizationId: t.organizationId, ...change });
  await t.store.projects.insert(project);
  return project;
}

/** Claims builds until one of the project is claimed, so that builds of other tests do not disturb. */
async function claimOf(projectId: string, workerId = "worker") {
  for (;;) {
    const claimed = await claimBuild(t, workerId);
    if (claimed === null || claimed.build.projectId === projectId) return claimed;
  }
}

const find = async (projectId: string, id: string) => (await t.store.projectBuilds.find(projectId, id))!;
const later = (ms: number) => t.clock.set(new Date(t.clock.now().getTime() + ms));
const fenced = { code: "fenced" };

test("serves concurrent requests with one pending build", async () => {
  const project = await addProject();
  const ids = await Promise.all(Array.from({ length: 10 }, () => requestBuild(t, project, {})));
  assert.equal(new Set(ids).size, 1);
  assert.equal((await t.store.projectBuilds.list(project.id, { limit: 9 })).items.length, 1);
});

test("lets one of many workers claim a build, and the next build of the project only after its end", async () => {
  const project = await addProject();
  const first = await requestBuild(t, project, {});
  const claims = await Promise.all(Array.from({ length: 10 }, (_, n) => claimBuild(t, `worker ${n}`)));
  const [claimed, ...others] = claims.filter((one) => one?.build.projectId === project.id);
  assert.deepEqual([claimed!.build.id, claimed!.lease.attempt, others.length], [first, 1, 0]);
  assert.equal(claimed!.build.state.status, "running");
  const second = await requestBuild(t, project, {});
  assert.notEqual(second, first);
  assert.equal(await requestBuild(t, project, {}), second);
  assert.equal(await claimOf(project.id), null);
  await failBuild(t, claimed!.lease, "It broke.");
  assert.equal((await claimOf(project.id))?.build.id, second);
});

test("makes a pending refresh a requested build if a person requests one", async () => {
  const project = await addProject({ refreshesOnChange: true });
  const triggerOf = async (id: string) => (await find(project.id, id)).trigger;
  assert.equal(await refreshOnChange(t, project), true);
  const { id } = (await t.store.projectBuilds.findPending(project.id))!;
  assert.equal(await triggerOf(id), "scheduled");
  assert.equal(await requestBuild(t, project, {}), id);
  assert.equal(await triggerOf(id), "manual");
  const { lease } = (await claimOf(project.id))!;
  assert.equal(await t.store.projectBuilds.makeManual(lease.buildId), false);
  await failBuild(t, lease, "It broke.");
  later(60 * 60_000);
  await refreshOnChange(t, project);
  const running = (await claimOf(project.id))!;
  await t.store.projectBuilds.makeManual(running.build.id);
  assert.equal(await triggerOf(running.build.id), "scheduled", "a running build stays as it is");
});

test("inserts a requested build if a worker claims the pending refresh meanwhile", async () => {
  const project = await addProject({ refreshesOnChange: true });
  await refreshOnChange(t, project);
  const refresh = (await t.store.projectBuilds.findPending(project.id))!;
  const id = await t.store.transaction((tx) => {
    const { projectBuilds } = tx;
    const findPending = async (projectId: string) => {
      const pending = await projectBuilds.findPending(projectId);
      await claimOf(project.id);
      return pending;
    };
    return enqueueBuild({ projectBuilds: { ...projectBuilds, findPending } }, project, {
      trigger: "manual",
      at: t.clock.now(),
    });
  });
  assert.notEqual(id, refresh.id);
  assert.equal((await find(project.id, refresh.id)).trigger, "scheduled");
  assert.deepEqual((await find(project.id, id)).state, { status: "pending" });
});

test("lets another worker take over a build without heartbeats, and fences off the first", async () => {
  const project = await addProject();
  const id = await requestBuild(t, project, {});
  const first = (await claimOf(project.id, "first"))!;
  later(50_000);
  await t.store.projectBuilds.heartbeat(first.lease, { at: t.clock.now() });
  later(50_000);
  assert.equal(await claimOf(project.id, "second"), null, "control: a heartbeat keeps the build");
  later(20_000);
  const second = (await claimOf(project.id, "second"))!;
  assert.deepEqual([second.build.id, second.lease.attempt], [id, 2]);
  const at = t.clock.now();
  const log = openBuildLog(t, first.lease, []);
  for (const write of [
    () => t.store.projectBuilds.heartbeat(first.lease, { at }),
    () => log.append("late\n"),
    () => completeBuild(t, first, anEnvironment()),
    () => failBuild(t, first.lease, "late"),
  ])
    await assert.rejects(write, fenced);
  assert.equal(await readBuildLog(t, id), "");
  assert.deepEqual((await t.store.projectSnapshots.list(project.id, { limit: 9 })).items, []);
  await completeBuild(t, second, anEnvironment());
  assert.equal((await find(project.id, id)).state.status, "completed");
});

test("fails a build whose worker died three times, and not earlier", async () => {
  const project = await addProject();
  const id = await requestBuild(t, project, {});
  for (const attempt of [1, 2, 3]) {
    assert.equal((await claimOf(project.id))?.lease.attempt, attempt);
    await failLostBuilds(t);
    assert.equal((await find(project.id, id)).state.status, "running");
    later(61_000);
  }
  assert.equal(await claimOf(project.id), null);
  await failLostBuilds(t);
  const { state } = await find(project.id, id);
  assert.ok(state.status === "failed");
  assert.match(state.failure, /stopped during each of 3 attempts/);
});

test("fails an attempt of a build that its worker does not end, although it sends heartbeats", async () => {
  const project = await addProject();
  const id = await requestBuild(t, project, {});
  const isRunning = async () => (await find(project.id, id)).state.status === "running";
  await claimOf(project.id);
  later(60 * 60_000);
  const { lease } = (await claimOf(project.id))!;
  assert.equal(lease.attempt, 2);
  later(1.5 * 60 * 60_000);
  await failOverdueBuilds(t);
  assert.equal(await isRunning(), true, "control");
  later(1);
  await failOverdueBuilds(t);
  const { state } = await find(project.id, id);
  assert.ok(state.status === "failed");
  assert.match(state.failure, /did not end within its time limit/);
  await assert.rejects(t.store.projectBuilds.heartbeat(lease, { at: t.clock.now() }), fenced);
});

test("leaves an overdue build to a worker that is absent or has just returned", async () => {
  const project = await addProject();
  const id = await requestBuild(t, project, {});
  const workerId = newId();
  const setWorker = (heartbeat: string, returned: string) =>
    t.database.pool.query(
      `insert into workers (id, host, started_at, heartbeat_at, returned_at)
       values ($1, 'here', now(), now() - $2::interval, now() - $3::interval)
       on conflict (id) do update set heartbeat_at = excluded.heartbeat_at, returned_at = excluded.returned_at`,
      [workerId, heartbeat, returned],
    );
  await setWorker("0 seconds", "1 day");
  await claimOf(project.id, workerId);
  later(2 * 60 * 60_000);
  for (const [heartbeat, returned] of [
    ["11 seconds", "1 day"],
    ["0 seconds", "29 minutes"],
  ] as const) {
    await setWorker(heartbeat, returned);
    await failOverdueBuilds(t);
    assert.equal((await find(project.id, id)).state.status, "running");
  }
  await setWorker("0 seconds", "31 minutes");
  await failOverdueBuilds(t);
  assert.equal((await find(project.id, id)).state.status, "failed", "control");
});

test("rejects writes to a canceled build", async () => {
  const project = await addProject();
  const id = await requestBuild(t, project, {});
  const { lease } = (await claimOf(project.id))!;
  assert.equal(await t.store.projectBuilds.cancel(project.id, id, t.clock.now()), true);
  assert.equal(await t.store.projectBuilds.cancel(project.id, id, t.clock.now()), false);
  await assert.rejects(failBuild(t, lease, "late"), fenced);
  assert.equal((await find(project.id, id)).state.status, "cancelled");
});

test("cancels the builds of a project that is deleted, and starts no others", async () => {
  const project = await addProject();
  const running = await requestBuild(t, project, {});
  const { lease } = (await claimOf(project.id))!;
  const pending = await requestBuild(t, project, {});
  await deleteProject(t, project);
  for (const id of [running, pending]) assert.equal((await find(project.id, id)).state.status, "cancelled");
  await assert.rejects(failBuild(t, lease, "late"), fenced);
  await assert.rejects(requestBuild(t, project, {}), { code: "not_found" });
  assert.equal(await claimOf(project.id), null);
});

test("stores progress and the identity with a heartbeat", async () => {
  const project = await addProject();
  const id = await requestBuild(t, project, {});
  const { lease } = (await claimOf(project.id))!;
  const progress = { phase: "setup", message: "Installing", percent: 40, updatedAt: someTime };
  const at = t.clock.now();
  await t.store.projectBuilds.heartbeat(lease, { at, progress, identity: "abc" });
  await t.store.projectBuilds.heartbeat(lease, { at });
  const build = await find(project.id, id);
  assert.deepEqual([build.progress, build.identity], [progress, "abc"]);
});

test("masks a secret in the log that arrives in two pieces, and keeps the log within its limit", async () => {
  const project = await addProject();
  const id = await requestBuild(t, project, {});
  const { lease } = (await claimOf(project.id))!;
  const log = openBuildLog(t, lease, [{ key: "TOKEN", value: "sesame-open-1" }]);
  for (const piece of ["token: sesame-", "open-1\nrest: ses"]) await log.append(piece);
  await log.flush();
  assert.equal(await readBuildLog(t, id), "token: [secret TOKEN]\nrest: ses");
  const control = openBuildLog(t, lease, []);
  await control.append("sesame-open-1\n");
  assert.match(await readBuildLog(t, id), /sesame-open-1/, "control: without the secret, the text is kept");
  for (let n = 0; n < 20; n++) await log.append("x".repeat(100_000));
  const text = await readBuildLog(t, id);
  assert.match(text, /larger than 1024 KiB. The rest is omitted.\]\n$/);
  assert.ok(Buffer.byteLength(text) < 1024 ** 2 + 200, `${text.length}`);
});

test("uses the newest snapshot that is neither broken nor deleted", async () => {
  const project = await addProject();
  const build = async () => {
    later(1_000);
    await requestBuild(t, project, {});
    return completeBuild(t, (await claimOf(project.id))!, anEnvironment());
  };
  const [first, second, third] = [await build(), await build(), await build()];
  const active = async () => (await t.store.projects.find(t.organizationId, project.id))?.activeSnapshot?.id;
  assert.equal(await active(), third);
  const newest = (await t.store.projectSnapshots.find(project.id, third))!;
  await t.store.projectSnapshots.markBroken(newest.id, "A layer is damaged.", t.clock.now());
  assert.equal(await active(), second);
  assert.equal(await t.store.projectSnapshots.archive(second, t.clock.now()), true);
  assert.equal(await active(), first);
  assert.equal(await t.store.projectSnapshots.find(project.id, second), null);
});

test("holds a lease only for its own build", async () => {
  const [one, other] = [await addProject(), await addProject()];
  await requestBuild(t, one, {});
  const { lease } = (await claimOf(one.id))!;
  const id = await requestBuild(t, other, {});
  const wrong: BuildLease = { buildId: id, attempt: lease.attempt };
  await assert.rejects(failBuild(t, wrong, "not mine"), fenced);
});

test("tells active builds from those that have ended or never existed", async () => {
  const project = await addProject();
  const ended = await requestBuild(t, project, {});
  await failBuild(t, (await claimOf(project.id))!.lease, "It broke.");
  const running = await requestBuild(t, project, {});
  await claimOf(project.id);
  const pending = await requestBuild(t, project, {});
  const found = await t.store.projectBuilds.findActive([ended, running, pending, newId()]);
  assert.deepEqual(found.sort(), [running, pending].sort());
});

test("deletes old builds with their logs, except running ones and the newest of a project", async () => {
  const project = await addProject();
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) {
    later(1_000);
    ids.push(await requestBuild(t, project, {}));
    const claimed = (await claimOf(project.id))!;
    await openBuildLog(t, claimed.lease, []).append("output");
    if (n < 2) await failBuild(t, claimed.lease, "It broke.");
    else await completeBuild(t, claimed, anEnvironment());
  }
  const left = async () =>
    (await t.store.projectBuilds.list(project.id, { limit: 9 })).items.map(({ id }) => id).reverse();
  const { endedAt } = (await find(project.id, ids[1]!)).state as { readonly endedAt: Date };
  await t.store.projectBuilds.deleteBefore(endedAt);
  assert.deepEqual(await left(), ids.slice(1));
  assert.equal(await readBuildLog(t, ids[0]!), "");
  later(60_000);
  await t.store.projectBuilds.deleteBefore(t.clock.now());
  assert.deepEqual(await left(), ids.slice(2));
  assert.equal(await readBuildLog(t, ids[2]!), "output");
  await requestBuild(t, project, {});
  await claimOf(project.id);
  await t.store.projectBuilds.deleteBefore(t.clock.now());
  assert.equal((await left()).length, 1, "the newest build is running");
  later(60_000);
  await deleteProject(t, project);
  await t.store.projectBuilds.deleteBefore(new Date(t.clock.now().getTime() + 1));
  assert.deepEqual(await left(), []);
});

test("lets only workers with the project's labels claim a build", async () => {
  const project = await addProject({ runsOn: ["gpu", "office"] });
  await requestBuild(t, project, {});
  const addWorker = async (labels: readonly string[]) => {
    const id = newId();
    await t.database.pool.query(
      `insert into workers (id, host, started_at, heartbeat_at, labels) values ($1, 'here', now(), now(), $2)`,
      [id, labels],
    );
    return id;
  };
  for (const labels of [[], ["gpu"]]) assert.equal(await claimOf(project.id, await addWorker(labels)), null);
  assert.ok((await claimOf(project.id, await addWorker(["arch=arm64", "gpu", "office"]))) !== null);
});
