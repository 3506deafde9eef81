import assert from "node:assert/strict";
import { test } from "node:test";
import { newId, systemClock } from "../../core/base/index.ts";
import type { Ports } from "../../core/ports.ts";
import { openTestStore, until } from "../../testing/test-store.ts";
import { openJobWorker } from "../testing/job-worker.ts";
import { placeWaiting } from "./place-waiting.ts";

test("a worker that starts without labels takes only the turns of its machine that need none", async () => {
  const version = 9;
  const t = await openTestStore();
  const { pool } = t.database;
  const worker = await openJobWorker(t.database.url, {}, { version });
  await pool.query(
    `insert into workers (id, host, started_at, heartbeat_at, version, machine_id, turn_limit, memory_bytes, labels)
     values ($1, 'here', now(), now(), $2, $3, 2, 16e9, '{gpu}')`,
    [newId(), version, worker.machineId],
  );
  const request = async (runsOn: readonly string[]) => {
    const turnId = await t.addTurn((await t.addSession({ runsOn })).id);
    await t.store.turnPlacements.request(turnId);
    return turnId;
  };
  const [labeled, other] = [await request(["gpu"]), await request([])];
  const log = { info() {}, warn() {}, error() {} };
  const settings = { savesWorkspaces: false } as Ports["settings"];
  await placeWaiting({
    ports: { store: t.store, clock: systemClock, log, settings },
    ...{ clientOf: t.clientOf, pool, version },
  });
  await pool.query("delete from workers");
  const locked = Promise.withResolvers<void>();
  const placed = Promise.withResolvers<void>();
  const placer = t.store.transaction(async (tx) => {
    await tx.turnPlacements.lock();
    locked.resolve();
    await placed.promise;
  });
  await locked.promise;
  const started = worker.startWithoutDueJobs({
    handleEvent: async () => assert.fail(),
    syncIntegration: async () => undefined,
  });
  const waiting = `select from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())`;
  await until(async () => (await pool.query(waiting)).rowCount! > 0);
  const { rowCount: queues } = await pool.query("select from dbos.queues");
  assert.equal(queues, 0, "the worker does not take turns while another placer may not know its labels");
  placed.resolve();
  await Promise.all([placer, started]);
  const workflowOf = async (turnId: string): Promise<string> => {
    const { rows } = await pool.query(
      "select concat_ws(' ', status, queue_name) as text from dbos.workflow_status where workflow_uuid = $1",
      [turnId],
    );
    return rows[0].text;
  };
  await until(async () => !(await workflowOf(other)).startsWith("ENQUEUED"));
  assert.equal(await workflowOf(labeled), "ENQUEUED turns");
  await worker.close();
  await t.drop();
});
