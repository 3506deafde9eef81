import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DBOS } from "@dbos-inc/dbos-sdk";
import { DBOSExecutor } from "@dbos-inc/dbos-sdk/internal/dbos-executor";
import { wfQueueRunner } from "@dbos-inc/dbos-sdk/internal/wfqueue";
import { hourMs, type Job, newId } from "../core/base/index.ts";
import { openTestStore, someTime, type TestStore, until } from "../testing/test-store.ts";
import { QueuePolls } from "./queue-polls.ts";
import { openJobWorker } from "./testing/job-worker.ts";

type Queue = Awaited<ReturnType<typeof DBOS.registerQueue>>;
type PollQueue = (executor: unknown, queue: Queue) => Promise<boolean>;
const runner = wfQueueRunner as unknown as { pollQueue: PollQueue };
const dbosPoll = runner.pollQueue;

let t: TestStore;
/** Worker whose DBOS polls once an hour, so that only the polls under test start work. */
let worker: Awaited<ReturnType<typeof openJobWorker>>;
const synced: string[] = [];
/** Ends the syncs that wait. */
const ends = new Map<string, () => void>();

before(async () => {
  t = await openTestStore();
  worker = await openJobWorker(t.database.url, {}, { dispatchMs: hourMs });
  await worker.startWithoutDueJobs({
    handleEvent: () => assert.fail("There are no events."),
    syncIntegration: async (_, integrationId) => {
      synced.push(integrationId);
    },
  });
});
after(async () => {
  for (const end of ends.values()) end();
  await worker.close();
  assert.equal(runner.pollQueue, dbosPoll);
  await t.drop();
});

const sql = (text: string, ...values: unknown[]) => t.database.pool.query(text, values);
const notify = (queue: string) => sql("select pg_notify('tembo_queue', $1)", queue);

async function statusOf(id: string): Promise<string | undefined> {
  const { rows } = await sql("select status from dbos.workflow_status where workflow_uuid = $1", id);
  return rows[0]?.status;
}

/** Enqueues a job as if its notice was lost. Returns the integration that it syncs, and the ID of its workflow. */
async function enqueueSilently(): Promise<{ readonly integrationId: string; readonly id: string }> {
  const integrationId = newId();
  const job: Job = { kind: "integrationSync", integrationId, requestId: "now" };
  await worker.ports.store.transaction((tx) =>
    worker.ports.engine.enqueueJob(tx, job, { notBefore: new Date(0) }),
  );
  const id = `integrationSync:${integrationId}:now`;
  // DBOS makes delayed workflows ready once a second.
  await until(async () => (await statusOf(id)) === "ENQUEUED");
  return { integrationId, id };
}

async function runTurn(): Promise<void> {
  const session = await t.addSession();
  const turnId = await t.addTurn(session.id);
  await t.store.turns.requestStop(turnId, someTime);
  await worker.ports.store.transaction((tx) => worker.ports.engine.enqueueTurn(tx, turnId));
  await until(async () => (await statusOf(turnId)) === "SUCCESS");
}

test("starts turns and jobs on a notice, and a job without a notice only on the next one", async () => {
  const { integrationId, id } = await enqueueSilently();
  await runTurn();
  // The control: the notice of the turn's queue started nothing in this one.
  assert.equal(await statusOf(id), "ENQUEUED");
  await notify("another queue");
  await notify("jobs");
  await until(async () => synced.includes(integrationId));

  const prompt = newId();
  const job: Job = { kind: "integrationSync", integrationId: prompt, requestId: "now" };
  await worker.ports.store.transaction((tx) => worker.ports.engine.enqueueJob(tx, job));
  await until(async () => synced.includes(prompt));
});

test("polls all queues after a reconnect, because notices may have been lost", async () => {
  const { integrationId, id } = await enqueueSilently();
  assert.equal(await statusOf(id), "ENQUEUED");
  await sql(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'tembo-worker-%' and datname = current_database()",
  );
  await until(async () => synced.includes(integrationId));
});

/** Registers a queue that only the polls of the test read, and enqueues workflows that wait until `ends` contains them. */
async function openQueue(name: string, count: number): Promise<Queue> {
  const queue = await DBOS.registerQueue(name, { workerConcurrency: 2, minPollingIntervalMs: hourMs });
  const { rows } = await sql("select application_version as version from dbos.workflow_status limit 1");
  for (let number = 0; number < count; number++) {
    await sql(
      `select dbos.enqueue_workflow(workflow_name => 'hold', queue_name => $1, workflow_id => $2,
         positional_args => array[to_json($2::text)], app_version => $3, application_name => 'tembo')`,
      ...[name, `${name}:${number}`, rows[0]!.version],
    );
  }
  return queue;
}

const hold = async (id: string) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  ends.set(id, resolve);
  await promise;
};
DBOS.registerWorkflow(hold, { name: "hold" });

const countPending = async (queue: string) => {
  const { rowCount } = await sql(
    "select from dbos.workflow_status where queue_name = $1 and status = 'PENDING'",
    queue,
  );
  return rowCount!;
};

const quiet = { info() {}, warn() {}, error() {} };
const executor = () => DBOSExecutor.globalInstance!;

test("never exceeds the queue's limit, however many polls are requested, and fills a free place", async () => {
  const queue = await openQueue("crowded", 6);
  const polls = new QueuePolls(quiet, [queue]);
  for (let count = 0; count < 20; count++) polls.wake("crowded");
  await Promise.all(Array.from({ length: 5 }, () => runner.pollQueue(executor(), queue)));
  assert.equal(await countPending("crowded"), 2);
  const [first] = ends.keys();
  ends.get(first!)!();
  await until(async () => (await statusOf(first!)) === "SUCCESS" && ends.size === 3);
  assert.equal(await countPending("crowded"), 2);
  await polls.stop();

  // The control: polls of DBOS itself at the same time each fill the whole limit.
  const other = await openQueue("overfull", 6);
  await Promise.all(Array.from({ length: 3 }, () => dbosPoll.call(runner, executor(), other)));
  assert.equal(await countPending("overfull"), 6);
});

/** Polls an empty queue, and counts the polls. `fail` makes the next one fail. */
async function openCountedPolls(name: string) {
  const queue = await openQueue(name, 0);
  const state = { count: 0, fail: false, warnings: 0 };
  const whole = runner.pollQueue;
  runner.pollQueue = async (exec, polled) => {
    if (polled.name === name) state.count += 1;
    if (polled.name === name && state.fail) throw new Error("This poll fails.");
    return whole.call(runner, exec, polled);
  };
  const counting = runner.pollQueue;
  const warn = () => {
    state.warnings += 1;
  };
  const polls = new QueuePolls({ ...quiet, warn }, [queue]);
  const stop = async () => {
    await polls.stop();
    assert.equal(runner.pollQueue, counting);
    runner.pollQueue = whole;
  };
  return { queue, state, polls, stop };
}

/** Waits until a poll waits for the lock that the test holds. */
const untilLocked = () =>
  until(async () => {
    const { rowCount } = await sql(
      "select from pg_locks where not granted and relation = 'dbos.application_versions'::regclass",
    );
    return rowCount !== 0;
  });

test("combines requests during a poll into one further poll, and continues after a failed poll", async () => {
  const { state, polls, stop } = await openCountedPolls("counted");
  const wakeOften = () => {
    for (let count = 0; count < 20; count++) polls.wake("counted");
  };
  wakeOften();
  await until(async () => state.count === 1);
  wakeOften();
  await until(async () => state.count === 2);
  state.fail = true;
  await until(async () => {
    polls.wake("counted");
    return state.warnings > 0;
  });
  state.fail = false;
  const { count } = state;
  polls.wake("counted");
  await until(async () => state.count > count);
  await stop();
});

test("stops without waiting for a poll of DBOS's own loop", async () => {
  const { queue, state, polls, stop } = await openCountedPolls("looped");
  const locking = await t.database.pool.connect();
  await locking.query("begin; lock table dbos.application_versions in access exclusive mode");
  const looped = runner.pollQueue(executor(), queue);
  await untilLocked();
  polls.wake("looped");
  await stop();
  await locking.query("commit");
  locking.release();
  await looped;
  assert.equal(state.count, 1);
});

test("stops during a poll: the poll ends, the waiting one does not start, and none starts later", async () => {
  const { state, polls, stop } = await openCountedPolls("stopped");
  const locking = await t.database.pool.connect();
  await locking.query("begin; lock table dbos.application_versions in access exclusive mode");
  polls.wake("stopped");
  await untilLocked();
  polls.wake("stopped");
  const stopped = stop();
  await locking.query("commit");
  locking.release();
  await stopped;
  polls.wake("stopped");
  assert.equal(state.count, 1);
  // The control: the same request polls before the stop.
  const again = await openCountedPolls("again");
  again.polls.wake("again");
  await until(async () => again.state.count === 1);
  await again.stop();
});
