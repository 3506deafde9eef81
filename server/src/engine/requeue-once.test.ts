import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DBOS, type WorkflowStatus } from "@dbos-inc/dbos-sdk";
import { newId } from "../core/base/index.ts";
import { openTestStore, type TestStore, until } from "../testing/test-store.ts";
import { takeOver } from "./lost-workers.ts";
import { takeOverOlder } from "./older-versions.ts";
import { requeueLost } from "./placement/requeue-lost.ts";
import { openJobWorker } from "./testing/job-worker.ts";

type Requeue = (workflows: readonly WorkflowStatus[]) => Promise<void>;

const version = 9;
const older = 8;
const log = { info() {}, warn() {}, error() {} };

let t: TestStore;
/** Worker that starts DBOS in this process. Its version differs, so it runs none of the jobs. */
let worker: Awaited<ReturnType<typeof openJobWorker>>;

before(async () => {
  t = await openTestStore();
  worker = await openJobWorker(t.database.url, {}, { version: 1 });
  await worker.startWithoutDueJobs({
    handleEvent: async () => assert.fail(),
    syncIntegration: async () => undefined,
  });
});
after(async () => {
  await worker.close();
  await t.drop();
});

async function enqueueJob(jobVersion: number): Promise<string> {
  const job = { kind: "delivery", deliveryId: newId() };
  const id = `delivery:${job.deliveryId}`;
  await t.database.pool.query(
    `select dbos.enqueue_workflow(workflow_name => 'job', queue_name => 'jobs', workflow_id => $1,
       positional_args => array[$2::json], app_version => $3, application_name => 'tembo')`,
    [id, JSON.stringify(job), String(jobVersion)],
  );
  return id;
}

const setStatus = (id: string, status: string, executorId: string) =>
  t.database.pool.query(
    "update dbos.workflow_status set status = $2, executor_id = $3 where workflow_uuid = $1",
    [id, status, executorId],
  );

async function workflow(id: string): Promise<string> {
  const { rows } = await t.database.pool.query<{ text: string }>(
    "select concat_ws(' ', status, application_version) as text from dbos.workflow_status where workflow_uuid = $1",
    [id],
  );
  return rows[0]!.text;
}

const requeueNow: Requeue = (workflows) =>
  requeueLost({ store: t.store, pool: t.database.pool, machineId: newId(), version }, workflows);

async function isWaitingForLock(): Promise<boolean> {
  const { rowCount } = await t.database.pool.query(
    `select from pg_locks where locktype = 'advisory' and not granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rowCount !== 0;
}

/** Starts a second takeover during the first. Returns the IDs of the workflows that each of them requeued. */
async function takeOverTwice(run: (requeue: Requeue) => Promise<void>): Promise<string[][]> {
  const requeued: string[][] = [];
  let second: Promise<void> | null = null;
  const requeue: Requeue = async (workflows) => {
    requeued.push(workflows.map(({ workflowID }) => workflowID));
    if (second !== null) return;
    second = run(requeue);
    await until(async () => requeued.length > 1 || (await isWaitingForLock()));
    await requeueNow(workflows);
  };
  await run(requeue);
  await second;
  return requeued;
}

test("takes over work of an older version once if two workers take over at the same time", async () => {
  const id = await enqueueJob(older);
  const membership = { versions: async () => [version] };
  const requeued = await takeOverTwice((requeue) =>
    takeOverOlder(membership, { store: t.store, version, requeue }, log),
  );
  assert.deepEqual(requeued, [[id]]);
  assert.equal(await workflow(id), `ENQUEUED ${version}`);
});

test("takes over the work of a lost worker once if two workers take over at the same time", async () => {
  const [id, lostId] = [await enqueueJob(version), newId()];
  await setStatus(id, "PENDING", lostId);
  const clearAfter = async () => {};
  const requeued = await takeOverTwice((requeue) =>
    takeOver(lostId, { store: t.store, requeue, clearAfter }, log),
  );
  assert.deepEqual(requeued, [[id]]);
  assert.equal(await workflow(id), `ENQUEUED ${version}`);
});

test("does not run a job again that was completed after it was found", async () => {
  const [completed, lost] = [await enqueueJob(older), await enqueueJob(older)];
  const found = await DBOS.listWorkflows({ workflowIDs: [completed, lost] });
  await setStatus(completed, "SUCCESS", newId());
  await requeueNow(found);
  assert.equal(await workflow(completed), `SUCCESS ${older}`);
  assert.equal(await workflow(lost), `ENQUEUED ${version}`, "control");
});
