import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { DBOS, type WorkflowStatus } from "@dbos-inc/dbos-sdk";
import { newId } from "../../core/base/index.ts";
import type { Ports } from "../../core/ports.ts";
import type { SandboxSize, Session } from "../../core/sessions/index.ts";
import { requestBuild } from "../../core/sessions/index.ts";
import { aProject } from "../../core/sessions/project/testing/a-project.ts";
import { openTestStore, someTime, type TestStore, until } from "../../testing/test-store.ts";
import { RunningWork } from "../running-work.ts";
import { openJobWorker } from "../testing/job-worker.ts";
import { moveMisplaced } from "./move-misplaced.ts";
import { releaseQueued, requeueRefused } from "./move-queued.ts";
import { placeWaiting } from "./place-waiting.ts";
import type { PlacerParts } from "./placer-parts.ts";
import { reportMissingLabels } from "./report-missing-labels.ts";
import { requeueLost } from "./requeue-lost.ts";
import { withdrawMislabeled } from "./withdraw-mislabeled.ts";

const version = 9;
const older = 8;
const GiB = 1024 ** 3;

let t: TestStore;
/** Worker that starts DBOS in this process. It counts as one of another version, so that it receives no turn. */
let worker: Awaited<ReturnType<typeof openJobWorker>>;
let parts: PlacerParts;

before(async () => {
  t = await openTestStore();
  worker = await openJobWorker(t.database.url, {}, { version: 1 });
  await worker.startWithoutDueJobs({
    handleEvent: async () => assert.fail(),
    syncIntegration: async () => undefined,
  });
  await t.database.pool.query("update workers set version = 0");
  const log = { info() {}, warn() {}, error() {} };
  parts = {
    ports: { store: t.store, clock: t.clock, log, settings: { savesWorkspaces: false } as Ports["settings"] },
    clientOf: t.clientOf,
    pool: t.database.pool,
    version,
  };
});
beforeEach(async () => {
  await t.database.pool.query("truncate turn_placements");
  await t.database.pool.query("delete from workers where version <> 0");
});
after(async () => {
  await worker.close();
  await t.drop();
});

async function addWorker(
  machineId: string,
  change: { turnLimit?: number; version?: number; labels?: readonly string[] } = {},
) {
  const id = newId();
  await t.database.pool.query(
    `insert into workers (id, host, started_at, heartbeat_at, version, machine_id, turn_limit, memory_bytes, labels)
     values ($1, 'here', now(), now() + interval '1 hour', $2, $3, $4, $5, $6)`,
    [id, change.version ?? version, machineId, change.turnLimit ?? 1, 16 * GiB, change.labels ?? []],
  );
  return id;
}

const removeWorker = (id: string) => t.database.pool.query("delete from workers where id = $1", [id]);

async function requestTurn(sandboxSize: SandboxSize = "small", change: Partial<Session> = {}) {
  const session = await t.addSession({ sandboxSize, ...change });
  const turnId = await t.addTurn(session.id);
  await t.store.turnPlacements.request(turnId);
  return { sessionId: session.id, turnId };
}

async function requestTurns(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push((await requestTurn()).turnId);
  return ids;
}

/** Returns the turns of each machine. */
async function placed(): Promise<Record<string, string[]>> {
  const { rows } = await t.database.pool.query<{ id: string; turns: string[] }>(
    `select machine_id as id, array_agg(turn_id::text order by requested_at, turn_id) as turns
     from turn_placements where machine_id is not null group by 1`,
  );
  return Object.fromEntries(rows.map(({ id, turns }) => [id, turns]));
}

async function workflows(...turnIds: readonly string[]): Promise<string[]> {
  const { rows } = await t.database.pool.query<{ text: string }>(
    `select concat_ws(' ', status, queue_name, application_version) as text from dbos.workflow_status
     where workflow_uuid = any($1) order by workflow_uuid`,
    [turnIds],
  );
  return rows.map(({ text }) => text);
}

test("runs as many turns on each machine as its workers may run together", async () => {
  const [small, large] = [newId(), newId()];
  await addWorker(small, { turnLimit: 1 });
  await addWorker(large, { turnLimit: 3 });
  await addWorker(large, { turnLimit: 1 });
  const turnIds = await requestTurns(8);
  while (await placeWaiting(parts)) {}
  const byMachine = await placed();
  assert.deepEqual([byMachine[small]!.length, byMachine[large]!.length], [1, 4]);
  for (const [machineId, ids] of Object.entries(byMachine))
    assert.deepEqual(new Set(await workflows(...ids)), new Set([`ENQUEUED turns@${machineId} ${version}`]));
  const placedIds = Object.values(byMachine).flat();
  assert.deepEqual(await workflows(...turnIds.filter((id) => !placedIds.includes(id))), []);
});

test("places each turn once when many processes place at the same time", async () => {
  const machineId = newId();
  await addWorker(machineId, { turnLimit: 3 });
  await requestTurns(6);
  await Promise.all(Array.from({ length: 5 }, () => placeWaiting(parts)));
  assert.equal((await placed())[machineId]!.length, 3);
});

test("frees the machine when a turn ends or is canceled, and notifies the placers", async () => {
  const machineId = newId();
  await addWorker(machineId, { turnLimit: 2 });
  const [first, second] = [await requestTurn(), await requestTurn()];
  const [third, fourth] = await requestTurns(2);
  await placeWaiting(parts);
  const listening = await t.database.pool.connect();
  let notices = 0;
  listening.on("notification", () => {
    notices += 1;
  });
  await listening.query("listen tembo_placement");
  await t.store.turns.cancelQueued(first.turnId, someTime);
  await t.store.turns.claim(second.turnId, someTime);
  const lease = { ...second, attempt: 1 };
  await t.store.turns.end(lease, { status: "completed" }, someTime);
  await t.store.turns.end(lease, { status: "completed" }, someTime);
  await until(async () => notices === 2);
  listening.release(true);
  await placeWaiting(parts);
  assert.deepEqual(new Set((await placed())[machineId]), new Set([third, fourth]));
});

/** Requests a turn of a session whose files are on the machine `home`, which has less capacity than `away`. */
async function requestTurnAtHome() {
  const [away, home] = [newId(), newId()];
  await addWorker(away, { turnLimit: 8 });
  const workerId = await addWorker(home, { turnLimit: 2 });
  const { turnId, sessionId } = await requestTurn();
  await t.store.turns.claim(turnId, someTime);
  await t.store.savedWorkspaces.setMachine({ turnId, sessionId, attempt: 1 }, home);
  return { away, home, turnId, workerId };
}

test("prefers the machine that has the session's files", async () => {
  const { home, turnId } = await requestTurnAtHome();
  await placeWaiting(parts);
  assert.deepEqual(await placed(), { [home]: [turnId] });
});

test("waits for the return of a machine that alone has the session's files", async () => {
  const { home, turnId, workerId } = await requestTurnAtHome();
  await removeWorker(workerId);
  await placeWaiting(parts);
  assert.deepEqual(await placed(), {});
  await addWorker(home, { turnLimit: 2 });
  await placeWaiting(parts);
  assert.deepEqual(await placed(), { [home]: [turnId] });
});

test("places the turn on another machine after its machine was absent for ten minutes", async () => {
  const { away, home, turnId, workerId } = await requestTurnAtHome();
  await removeWorker(workerId);
  await t.database.pool.query("update machines set left_at = now() - interval '10 minutes' where id = $1", [
    home,
  ]);
  await placeWaiting(parts);
  assert.deepEqual(await placed(), { [away]: [turnId] });
});

test("places turns of a lost machine again, and moves their workflows, also after a crash in between", async () => {
  const [lost, other] = [newId(), newId()];
  const lostWorker = await addWorker(lost, { turnLimit: 2 });
  const [queued, running] = await requestTurns(2);
  await placeWaiting(parts);
  await t.database.pool.query(
    "update dbos.workflow_status set status = 'PENDING', executor_id = $2 where workflow_uuid = $1",
    [running, lostWorker],
  );
  await addWorker(other, { turnLimit: 2 });
  assert.equal(await placeWaiting(parts), false);

  // The takeover of the worker's running turn.
  const pending = await DBOS.listWorkflows({ status: "PENDING", executorId: lostWorker });
  await requeueLost({ store: t.store, pool: t.database.pool, machineId: other, version }, pending);
  await removeWorker(lostWorker);
  // A process that dies here has placed the turns, and has not moved their workflows.
  while (await placeWaiting(parts)) {}
  assert.deepEqual(new Set((await placed())[other]), new Set([queued, running]));
  assert.deepEqual(await workflows(queued!), [`ENQUEUED turns ${version}`]);
  await Promise.all([moveMisplaced(parts), moveMisplaced(parts)]);
  const moved = `ENQUEUED turns@${other} ${version}`;
  assert.deepEqual(await workflows(queued!, running!), [moved, moved]);
});

test("moves queued turns of a draining machine at once, and leaves the running ones", async () => {
  const [draining, other] = [newId(), newId()];
  const workers = [await addWorker(draining, { turnLimit: 2 }), await addWorker(draining, { turnLimit: 1 })];
  const [queued, running] = await requestTurns(2);
  await placeWaiting(parts);
  await t.database.pool.query("update dbos.workflow_status set status = 'PENDING' where workflow_uuid = $1", [
    running,
  ]);
  await addWorker(other, { turnLimit: 2 });
  await t.store.machines.drain(workers.slice(0, 1));
  await releaseQueued(t.store, draining);
  assert.deepEqual(Object.keys(await placed()), [draining], "another worker of the machine accepts turns");

  await t.store.machines.drain(workers);
  await releaseQueued(t.store, draining);
  while (await placeWaiting(parts)) {}
  await moveMisplaced(parts);
  assert.deepEqual(await placed(), { [draining]: [running], [other]: [queued] });
  assert.deepEqual(await workflows(queued!), [`ENQUEUED turns@${other} ${version}`]);
});

test("a drain does not wait for a turn that a frozen worker is about to begin", async () => {
  const draining = newId();
  const workers = [await addWorker(draining, { turnLimit: 2 })];
  const [frozen, queued] = await requestTurns(2);
  await placeWaiting(parts);
  await t.store.machines.drain(workers);
  const claim = await t.database.pool.connect();
  try {
    await claim.query("begin");
    await claim.query("select from dbos.workflow_status where workflow_uuid = $1 for update", [frozen]);
    await releaseQueued(t.store, draining);
    assert.deepEqual(await placed(), { [draining]: [frozen] });
  } finally {
    await claim.query("rollback");
    claim.release();
  }
  await releaseQueued(t.store, draining);
  assert.deepEqual(await placed(), {}, "the next round moves it");
  assert.ok(queued);
});

test("no worker takes the workflow of a turn that waits again", async () => {
  const [lost, draining] = [newId(), newId()];
  const workers = [await addWorker(lost), await addWorker(draining)];
  const turnIds = await requestTurns(2);
  while (await placeWaiting(parts)) {}
  await removeWorker(workers[0]!);
  await placeWaiting(parts);
  await t.store.machines.drain(workers);
  await releaseQueued(t.store, draining);
  assert.deepEqual(await placed(), {});
  const waits = `ENQUEUED turns ${version}`;
  assert.deepEqual(await workflows(...turnIds), [waits, waits]);
  const other = newId();
  await addWorker(other, { turnLimit: 2 });
  while (await placeWaiting(parts)) {}
  await moveMisplaced(parts);
  const moved = `ENQUEUED turns@${other} ${version}`;
  assert.deepEqual(await workflows(...turnIds), [moved, moved]);
});

test("requeues a turn that a worker received after it stopped accepting turns", async () => {
  const [draining, other] = [newId(), newId()];
  const workerId = await addWorker(draining);
  const [turnId] = await requestTurns(1);
  await placeWaiting(parts);
  await t.database.pool.query(
    "update dbos.workflow_status set status = 'PENDING', executor_id = $2 where workflow_uuid = $1",
    [turnId, workerId],
  );
  await t.store.machines.drain([workerId]);
  await addWorker(other);
  const running = new RunningWork();
  running.refuse();
  running.hold(turnId!).release();
  const requeue = (ones: readonly WorkflowStatus[]) =>
    requeueLost({ store: t.store, pool: t.database.pool, machineId: draining, version }, ones);
  await requeueRefused(t.store, workerId, { running, requeue });
  assert.deepEqual(running.refused(), []);
  while (await placeWaiting(parts)) {}
  await moveMisplaced(parts);
  assert.deepEqual(await placed(), { [other]: [turnId] });
  assert.deepEqual(await workflows(turnId!), [`ENQUEUED turns@${other} ${version}`]);
});

test("takes over placed turns of an older version, and leaves those of a newer one", async () => {
  const machineId = newId();
  const before = await addWorker(machineId, { turnLimit: 2, version: older });
  const [turnId] = await requestTurns(1);
  await placeWaiting({ ...parts, version: older });
  const upgraded = await addWorker(machineId, { turnLimit: 2 });
  assert.equal(await placeWaiting(parts), false);
  await removeWorker(before);
  while (await placeWaiting(parts)) {}
  await moveMisplaced(parts);
  assert.deepEqual(await workflows(turnId!), [`ENQUEUED turns@${machineId} ${version}`]);

  await removeWorker(upgraded);
  await addWorker(machineId, { turnLimit: 2, version: older });
  await placeWaiting({ ...parts, version: older });
  await moveMisplaced({ ...parts, version: older });
  assert.deepEqual(await placed(), {});
  assert.deepEqual(await workflows(turnId!), [`ENQUEUED turns ${version}`]);
});

test("adopts queued and running turns that a release without placements left", async () => {
  const enqueue = async (status: string) => {
    const session = await t.addSession({ sandboxSize: "large" });
    const turnId = await t.addTurn(session.id);
    await t.database.pool.query(
      `select dbos.enqueue_workflow(workflow_name => 'turn', queue_name => 'turns', workflow_id => $1,
         positional_args => array[$2::json], app_version => '3', application_name => 'tembo')`,
      [turnId, JSON.stringify(turnId)],
    );
    await t.database.pool.query("update dbos.workflow_status set status = $2 where workflow_uuid = $1", [
      turnId,
      status,
    ]);
    return turnId;
  };
  const ids = [await enqueue("ENQUEUED"), await enqueue("PENDING")];
  const machineId = newId();
  await addWorker(machineId, { turnLimit: 8 });
  await requeueLost(
    { store: t.store, pool: t.database.pool, machineId, version },
    await DBOS.listWorkflows({ workflowIDs: ids }),
  );
  const { rows } = await t.database.pool.query(
    "select memory_bytes::float8 / $1 as gib, cpus from turn_placements",
    [GiB],
  );
  assert.deepEqual(
    rows,
    Array.from({ length: 2 }, () => ({ gib: 16, cpus: 8 })),
  );
  while (await placeWaiting(parts)) {}
  await moveMisplaced(parts);
  assert.deepEqual(new Set(await workflows(...ids)), new Set([`ENQUEUED turns@${machineId} ${version}`]));
});

const onGpu = { runsOn: ["gpu"] };
const changeSession = (id: string, runsOn: readonly string[] | null) =>
  t.store.sessionChanges.update(id, { runsOn }, someTime);
const notices = async (sessionId: string) =>
  (await t.store.events.list(sessionId, { afterSeq: 0, limit: 100 })).flatMap(({ data }) =>
    data.type === "notice" ? [data.message] : [],
  );

test("places a turn on a machine whose workers all have its labels", async () => {
  const [mixed, gpu] = [newId(), newId()];
  await addWorker(mixed, { turnLimit: 2, labels: ["gpu"] });
  await addWorker(mixed, { turnLimit: 2 });
  await addWorker(gpu, { labels: ["gpu", "office"] });
  const { turnId } = await requestTurn("small", onGpu);
  await placeWaiting(parts);
  assert.deepEqual(await placed(), { [gpu]: [turnId] });
});

test("places a turn although many turns wait for labels that no machine has, or for machines that are full", async () => {
  const [gpu, other] = [newId(), newId()];
  await addWorker(gpu, { labels: ["gpu"], turnLimit: 1 });
  for (let index = 0; index < 120; index += 1)
    await requestTurn("small", { runsOn: [index % 2 === 0 ? "gpu" : "tpu"] });
  while (await placeWaiting(parts)) {}
  await addWorker(other);
  const { turnId } = await requestTurn();
  await placeWaiting(parts);
  assert.deepEqual((await placed())[other], [turnId]);
});

test("reports once that no machine has the labels of a turn, and again for other labels", async () => {
  const machineId = newId();
  await addWorker(machineId, { labels: ["office"] });
  const { sessionId, turnId } = await requestTurn("small", { runsOn: ["gpu", "office"] });
  await reportMissingLabels(parts);
  await reportMissingLabels(parts);
  const first = "No machine has the labels gpu, office. Start a worker with them, or change runsOn.";
  assert.deepEqual(await notices(sessionId), [first]);
  await changeSession(sessionId, ["gpu"]);
  await reportMissingLabels(parts);
  const second = "No machine has the label gpu. Start a worker with it, or change runsOn.";
  assert.deepEqual(await notices(sessionId), [first, second]);
  assert.equal(await placeWaiting(parts), false);
  await changeSession(sessionId, []);
  await placeWaiting(parts);
  assert.deepEqual(await placed(), { [machineId]: [turnId] });
});

test("does not report a turn whose machine is full", async () => {
  await addWorker(newId(), { labels: ["gpu"], turnLimit: 1 });
  const [, second] = [await requestTurn("small", onGpu), await requestTurn("small", onGpu)];
  await placeWaiting(parts);
  await reportMissingLabels(parts);
  assert.deepEqual(await notices(second.sessionId), []);
});

test("applies changed labels of a project to waiting turns of sessions without their own", async () => {
  const project = aProject({ organizationId: t.organizationId, ...onGpu });
  await t.store.projects.insert(project);
  const machineId = newId();
  await addWorker(machineId, { turnLimit: 4 });
  const inherits = await requestTurn("small", { projectId: project.id });
  await requestTurn("small", { projectId: project.id, ...onGpu });
  await placeWaiting(parts);
  assert.deepEqual(await placed(), {});
  await t.store.projects.update({ ...project, runsOn: [] });
  await placeWaiting(parts);
  assert.deepEqual(await placed(), { [machineId]: [inherits.turnId] });
});

test("reports once in a build's log that no machine has the labels of its project", async () => {
  const project = aProject({ organizationId: t.organizationId, name: "GPU", ...onGpu });
  await t.store.projects.insert(project);
  const id = await requestBuild(t, project, {});
  await Promise.all([reportMissingLabels(parts), reportMissingLabels(parts)]);
  await reportMissingLabels(parts);
  const log = await t.store.projectBuilds.readLog(id, 0, 10);
  assert.deepEqual(
    log.map(({ text }) => text),
    ["No machine has the label gpu. Start a worker with it, or change runsOn.\n"],
  );
});

test("places the turns of an organization although another one waits with many lists of labels", async () => {
  const labels = Array.from({ length: 201 }, (_, index) => `label-${index}`);
  await addWorker(newId(), { labels, turnLimit: 1 });
  for (const label of labels) await requestTurn("small", { runsOn: [label] });
  while (await placeWaiting(parts)) {}
  const free = newId();
  await addWorker(free, { turnLimit: 1 });
  const organizationId = await t.addOrganization();
  const { turnId } = await requestTurn("small", { organizationId });
  await placeWaiting(parts);
  assert.deepEqual((await placed())[free], [turnId]);
});

test("places a queued turn again if its project changed the labels", async () => {
  const project = aProject({ organizationId: t.organizationId, name: "Moved" });
  await t.store.projects.insert(project);
  const machineId = newId();
  await addWorker(machineId);
  const { turnId } = await requestTurn("small", { projectId: project.id });
  await placeWaiting(parts);
  assert.deepEqual(await placed(), { [machineId]: [turnId] }, "control");
  await t.store.projects.update({ ...project, ...onGpu });
  await withdrawMislabeled(parts);
  const gpu = newId();
  await placeWaiting(parts);
  assert.deepEqual(await placed(), {});
  await addWorker(gpu, { labels: ["gpu"] });
  await placeWaiting(parts);
  assert.deepEqual(await placed(), { [gpu]: [turnId] });
});

test("requests the labels that a concurrent change of the project sets", async () => {
  const project = aProject({ organizationId: t.organizationId, name: "Changing" });
  await t.store.projects.insert(project);
  const { id } = await t.addSession({ projectId: project.id });
  const turnId = await t.addTurn(id);
  const changed = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const change = t.store.transaction(async (tx) => {
    await tx.projects.update({ ...project, ...onGpu });
    changed.resolve();
    await end.promise;
  });
  await changed.promise;
  const request = t.store.turnPlacements.request(turnId);
  const blocked =
    "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into turn_placements%'";
  await Promise.race([request, until(async () => (await t.database.pool.query(blocked)).rowCount! > 0)]);
  end.resolve();
  await Promise.all([change, request]);
  const { rows } = await t.database.pool.query("select runs_on from turn_placements where turn_id = $1", [
    turnId,
  ]);
  assert.deepEqual(rows, [{ runs_on: ["gpu"] }]);
});

test("places a queued turn again if its machine lost the labels, and leaves a running one", async () => {
  const [machineId, other] = [newId(), newId()];
  const workerId = await addWorker(machineId, { turnLimit: 3, labels: ["gpu", "office"] });
  const [queued, running] = [
    (await requestTurn("small", onGpu)).turnId,
    (await requestTurn("small", onGpu)).turnId,
  ];
  const { turnId: unlabeled } = await requestTurn();
  while (await placeWaiting(parts)) {}
  await t.database.pool.query("update dbos.workflow_status set status = 'PENDING' where workflow_uuid = $1", [
    running,
  ]);
  const setLabels = (labels: readonly string[]) =>
    t.database.pool.query("update workers set labels = $2 where id = $1", [workerId, labels]);
  await setLabels(["gpu"]);
  await withdrawMislabeled(parts);
  assert.equal((await placed())[machineId]!.length, 3, "control");
  await setLabels(["office"]);
  await withdrawMislabeled(parts);
  assert.deepEqual(await workflows(queued), [`ENQUEUED turns ${version}`]);
  await addWorker(other, { labels: ["gpu"] });
  while (await placeWaiting(parts)) {}
  await moveMisplaced(parts);
  assert.deepEqual(await placed(), { [machineId]: [running, unlabeled], [other]: [queued] });
  assert.deepEqual(await workflows(queued), [`ENQUEUED turns@${other} ${version}`]);
});
