import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../core/base/index.ts";
import { openTestStore, type TestStore, until } from "../testing/test-store.ts";
import { openJobWorker } from "./testing/job-worker.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const handlers = {
  syncIntegration: async () => {},
  handleEvent: () => Promise.reject(new Error("There are no events.")),
};

test("terminates the programs of stuck turns after others have taken over, and before it leaves", async () => {
  const { pool } = t.database;
  const worker = await openJobWorker(t.database.url);
  await worker.startWithoutDueJobs(handlers);
  const hasLeftAtEnd: boolean[] = [];
  const stop = async () => {
    const { rows } = await pool.query("select from workers where stopped_at is null");
    hasLeftAtEnd.push(rows.length === 0);
  };
  worker.ports.warmSandboxes.begin(newId(), { sandbox: { stop } } as never);
  await pool.query("delete from workers");
  await pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'tembo-worker-%' and datname = current_database()",
  );
  await until(async () => hasLeftAtEnd.length === 1);
  await worker.close();
  assert.deepEqual(hasLeftAtEnd, [false, false]);
});
