import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { dayMs, newId } from "../core/base/index.ts";
import { openTestStore, type TestStore } from "../testing/test-store.ts";
import { forgetEnded } from "./forget-ended.ts";
import { openJobWorker } from "./testing/job-worker.ts";

const endedAt = new Date("2026-01-01T00:00:00Z");
const later = new Date(endedAt.getTime() + dayMs);
const tables = ["workflow_status", "workflow_input", "workflow_output", "operation_outputs"];

let t: TestStore;
/** Worker that starts DBOS in this process. It counts as one of another version, so that it runs nothing. */
let worker: Awaited<ReturnType<typeof openJobWorker>>;

before(async () => {
  t = await openTestStore();
  worker = await openJobWorker(t.database.url, {}, { version: 1 });
  await worker.startWithoutDueJobs({
    handleEvent: async () => assert.fail(),
    syncIntegration: async () => undefined,
  });
});
beforeEach(async () => {
  for (const table of tables) await sql(`delete from dbos.${table}`);
});
after(async () => {
  await worker.close();
  await t.drop();
});

const sql = (text: string, ...values: unknown[]) => t.database.pool.query(text, values);

/** Adds a workflow with an input, an output and a step, in the given state. */
async function addWorkflow(name: string, id: string, change: { status?: string; at?: Date | null } = {}) {
  const { status = "SUCCESS", at = endedAt } = change;
  await sql(
    `select dbos.enqueue_workflow(workflow_name => $1, queue_name => 'turns', workflow_id => $2,
       positional_args => array['1'::json], app_version => '9', application_name => 'tembo')`,
    ...[name, id],
  );
  await sql(
    "update dbos.workflow_status set status = $2, completed_at = $3 where workflow_uuid = $1",
    ...[id, status, at?.getTime() ?? null],
  );
  await sql("insert into dbos.workflow_output (workflow_uuid, output) values ($1, '1')", id);
  await sql(
    "insert into dbos.operation_outputs (workflow_uuid, function_id, function_name) values ($1, 0, 'setUp')",
    id,
  );
}

async function addTurn(turnEndedAt: Date | null): Promise<string> {
  const session = await t.addSession();
  const id = await t.addTurn(session.id);
  if (turnEndedAt !== null)
    await sql("update turns set status = 'cancelled', ended_at = $2 where id = $1", id, turnEndedAt);
  return id;
}

/** Returns the workflows of which each table has a row. */
async function kept(): Promise<Record<string, string[]>> {
  const entries = tables.map(async (table) => {
    const { rows } = await sql(`select workflow_uuid as id from dbos.${table} order by 1`);
    return [table, rows.map(({ id }) => id)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const inEachTable = (...ids: string[]) => Object.fromEntries(tables.map((table) => [table, ids.sort()]));

test("deletes the records of ended turns and jobs, also of turns whose session was deleted", async () => {
  const turnId = await addTurn(endedAt);
  const withoutTurn = newId();
  await addWorkflow("turn", turnId);
  await addWorkflow("turn", withoutTurn);
  await addWorkflow("job", "cleanUp:1", { status: "ERROR" });
  assert.deepEqual(await kept(), inEachTable(turnId, withoutTurn, "cleanUp:1"), "control: each has records");
  assert.equal(await forgetEnded(t.database.pool, later), 3);
  assert.deepEqual(await kept(), inEachTable());
});

test("keeps the records of work that waits, runs or ended recently, and of turns that have not ended", async () => {
  const open = { at: null };
  const ids = [await addTurn(null), await addTurn(null), await addTurn(null), await addTurn(later)];
  await addWorkflow("turn", ids[0]!, { ...open, status: "ENQUEUED" });
  await addWorkflow("turn", ids[1]!, { ...open, status: "PENDING" });
  // The workflow has ended without its turn.
  await addWorkflow("turn", ids[2]!, { status: "ERROR" });
  // The turn ended after its workflow.
  await addWorkflow("turn", ids[3]!);
  await addWorkflow("job", "delayed", { ...open, status: "DELAYED" });
  await addWorkflow("job", "recent", { at: later });
  // A queue of another application in the same database.
  await addWorkflow("other", "other");
  assert.equal(await forgetEnded(t.database.pool, later), 0);
  assert.deepEqual(await kept(), inEachTable(...ids, "delayed", "recent", "other"));
  await sql("update turns set status = 'cancelled', ended_at = $1", endedAt);
  assert.equal(await forgetEnded(t.database.pool, later), 2, "control: the turns kept them");
});

test("deletes in batches, the oldest first, and leaves the rest for the next call", async () => {
  for (let day = 0; day < 5; day += 1)
    await addWorkflow("job", `job ${day}`, { at: new Date(endedAt.getTime() - day * dayMs) });
  assert.equal(await forgetEnded(t.database.pool, later, { batch: 2, maxDeleted: 3 }), 3);
  assert.deepEqual(await kept(), inEachTable("job 0", "job 1"));
});
