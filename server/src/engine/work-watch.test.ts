import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { minuteMs, newId, systemClock, type WorkWatch } from "../core/base/index.ts";
import type { Ports } from "../core/ports.ts";
import { openTestStore, type TestStore } from "../testing/test-store.ts";
import { moveMisplaced } from "./placement/move-misplaced.ts";
import { placeWaiting } from "./placement/place-waiting.ts";
import type { PlacerParts } from "./placement/placer-parts.ts";
import { requeueLost } from "./placement/requeue-lost.ts";
import { openJobWorker } from "./testing/job-worker.ts";
import { createWorkWatch } from "./work-watch.ts";

const version = 9;

let t: TestStore;
/** Worker that starts DBOS in this process. It counts as stopping and has another version, so it runs nothing. */
let worker: Awaited<ReturnType<typeof openJobWorker>>;
let parts: PlacerParts;
let work: WorkWatch;

before(async () => {
  t = await openTestStore();
  worker = await openJobWorker(t.database.url, {}, { version: 1 });
  await worker.startWithoutDueJobs({
    handleEvent: async () => assert.fail(),
    syncIntegration: async () => undefined,
  });
  await sql("update workers set version = 0");
  const log = { info() {}, warn() {}, error() {} };
  const { store, clientOf } = t;
  const { pool } = t.database;
  parts = {
    ports: { clock: systemClock, store, log, settings: { savesWorkspaces: false } as Ports["settings"] },
    ...{ clientOf, pool, version },
  };
  const requeue: Parameters<typeof createWorkWatch>[0]["requeue"] = (workflows) =>
    requeueLost({ store, pool, machineId: newId(), version }, workflows);
  work = createWorkWatch({ store, pool, clientOf, requeue });
});
beforeEach(async () => {
  await sql("truncate turn_placements, dbos.workflow_status cascade");
  await sql("update turns set status = 'cancelled', ended_at = now() where status in ('queued', 'running')");
  await sql("delete from workers where version <> 0");
});
after(async () => {
  await worker.close();
  await t.drop();
});

const sql = (text: string, ...values: unknown[]) => t.database.pool.query(text, values);

async function addMachine(): Promise<{ machineId: string; workerId: string }> {
  const [machineId, workerId] = [newId(), newId()];
  await sql(
    `insert into workers (id, host, started_at, heartbeat_at, version, machine_id, turn_limit, memory_bytes)
     values ($1, 'here', now(), now() + interval '1 hour', $2, $3, 1, 16e9)`,
    ...[workerId, version, machineId],
  );
  return { machineId, workerId };
}

/** Adds a turn that was requested an hour ago. */
async function requestTurn() {
  const { id: sessionId } = await t.addSession();
  const turnId = await t.addTurn(sessionId);
  await sql("update turns set created_at = now() - interval '1 hour' where id = $1", turnId);
  await t.store.turnPlacements.request(turnId);
  return turnId;
}

/** Adds a turn whose workflow is in the queue of a machine. */
async function placedTurn() {
  const machine = await addMachine();
  const turnId = await requestTurn();
  await placeWaiting(parts);
  assert.equal(await workflowOf(turnId), `ENQUEUED turns@${machine.machineId}`);
  return { turnId, ...machine };
}

async function workflowOf(turnId: string): Promise<string | null> {
  const { rows } = await sql(
    "select concat_ws(' ', status, queue_name) as text from dbos.workflow_status where workflow_uuid = $1",
    turnId,
  );
  return rows[0]?.text ?? null;
}

const machineOf = async (turnId: string): Promise<string | null | undefined> =>
  (await sql("select machine_id from turn_placements where turn_id = $1", turnId)).rows[0]?.machine_id;

const setWorkflow = (turnId: string, status: string, executorId: string | null = null) =>
  sql(
    `update dbos.workflow_status set status = $2, executor_id = $3,
       updated_at = extract(epoch from now() - interval '1 hour') * 1000 where workflow_uuid = $1`,
    ...[turnId, status, executorId],
  );

const nothing = { requeued: 0, dropped: 0, ended: [] };

test("places a turn on another machine that its machine does not start", async () => {
  const { turnId, machineId } = await placedTurn();
  const other = await addMachine();
  assert.equal(await work.placeAgain(2 * minuteMs), 0, "control");
  await sql("update turn_placements set placed_at = now() - interval '3 minutes'");
  assert.equal(await work.placeAgain(2 * minuteMs), 1);
  assert.equal(await machineOf(turnId), null);
  await placeWaiting(parts);
  await moveMisplaced(parts);
  assert.deepEqual([await machineOf(turnId), machineId === other.machineId], [other.machineId, false]);
  assert.equal(await workflowOf(turnId), `ENQUEUED turns@${other.machineId}`);
});

test("no machine starts a turn that waits for another one", async () => {
  const { turnId } = await placedTurn();
  await sql("update turn_placements set placed_at = now() - interval '3 minutes'");
  assert.equal(await work.placeAgain(2 * minuteMs), 1);
  assert.equal(await workflowOf(turnId), "ENQUEUED turns");
});

test("leaves a turn on the machine that starts it at the same time", async () => {
  const { turnId, machineId, workerId } = await placedTurn();
  await sql("update turn_placements set placed_at = now() - interval '3 minutes'");
  const client = await t.database.pool.connect();
  await client.query("begin");
  await client.query(
    "update dbos.workflow_status set status = 'PENDING', executor_id = $2 where workflow_uuid = $1",
    [turnId, workerId],
  );
  assert.equal(await work.placeAgain(2 * minuteMs), 0);
  await client.query("commit");
  client.release();
  assert.equal(await machineOf(turnId), machineId);
});

test("leaves a turn on the machine that has started it", async () => {
  const { turnId, machineId, workerId } = await placedTurn();
  await setWorkflow(turnId, "PENDING", workerId);
  await sql("update turn_placements set placed_at = now() - interval '1 hour'");
  assert.equal(await work.placeAgain(2 * minuteMs), 0);
  assert.equal(await machineOf(turnId), machineId);
});

test("changes nothing if turns and work agree", async () => {
  const { turnId, workerId } = await placedTurn();
  const waiting = await requestTurn();
  assert.deepEqual(await work.repair(), nothing);
  await setWorkflow(turnId, "PENDING", workerId);
  assert.deepEqual(await work.repair(), nothing);
  assert.equal(await machineOf(waiting), null);
});

test("enqueues an active turn without placement or workflow", async () => {
  const [unplaced, unknown] = [await placedTurn(), await placedTurn()];
  await sql("delete from turn_placements where turn_id = $1", unplaced.turnId);
  await sql("delete from dbos.workflow_status");
  assert.equal((await work.repair()).requeued, 2);
  while (await placeWaiting(parts)) {}
  for (const { turnId } of [unplaced, unknown])
    assert.equal(await workflowOf(turnId), `ENQUEUED turns@${await machineOf(turnId)}`);
  assert.deepEqual(await work.repair(), nothing);
});

test("leaves a turn without placement to the transaction that has just created it", async () => {
  const { id } = await t.addSession();
  const turnId = await t.addTurn(id);
  await sql("update turns set created_at = now() where id = $1", turnId);
  assert.deepEqual(await work.repair(), nothing);
});

test("requeues work whose worker does not exist", async () => {
  const { turnId, workerId } = await placedTurn();
  await setWorkflow(turnId, "PENDING", workerId);
  assert.deepEqual(await work.repair(), nothing, "control");
  await sql("delete from workers where id = $1", workerId);
  assert.equal((await work.repair()).requeued, 1);
  assert.deepEqual([await workflowOf(turnId), await machineOf(turnId)], ["ENQUEUED turns", null]);
});

test("reports active turns whose workflow has ended", async () => {
  const { turnId } = await placedTurn();
  for (const status of ["SUCCESS", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]) {
    await setWorkflow(turnId, status);
    assert.deepEqual((await work.repair()).ended, [turnId], status);
  }
  await sql("update dbos.workflow_status set updated_at = extract(epoch from now()) * 1000");
  assert.deepEqual(await work.repair(), nothing, "control");
});

test("drops what is left of ended turns", async () => {
  const { turnId } = await placedTurn();
  await sql("update turns set status = 'cancelled', ended_at = now() where id = $1", turnId);
  assert.deepEqual(await work.repair(), { ...nothing, dropped: 1 }, "the placement");
  assert.match((await workflowOf(turnId))!, /^ENQUEUED/, "control");
  await sql("update turns set ended_at = now() - interval '11 minutes' where id = $1", turnId);
  assert.deepEqual(await work.repair(), { ...nothing, dropped: 1 }, "the workflow");
  assert.match((await workflowOf(turnId))!, /^CANCELLED/);
  assert.deepEqual(await work.repair(), nothing);
});

test("reports jobs that run for too long", async () => {
  const id = `cleanUp:${newId()}`;
  await sql(
    `select dbos.enqueue_workflow(workflow_name => 'job', queue_name => 'jobs', workflow_id => $1,
       positional_args => array['{}'::json], app_version => '9', application_name => 'tembo')`,
    id,
  );
  const since = new Date(Date.now() + minuteMs);
  assert.deepEqual(await work.unfinishedJobs(since), [], "control: it has not started");
  await sql("update dbos.workflow_status set status = 'PENDING' where workflow_uuid = $1", id);
  assert.deepEqual(await work.unfinishedJobs(since), [id]);
  assert.deepEqual(await work.unfinishedJobs(new Date(0)), []);
});
