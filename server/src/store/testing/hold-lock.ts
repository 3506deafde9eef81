/**
 * Joins as a worker, and holds another lock on a connection without the worker's settings, as a control.
 * Usage: node hold-lock.ts DATABASE_URL WORKER_ID CONTROL_KEY
 */
import pg from "pg";
import { newId, WorkerLease } from "../../core/base/index.ts";
import { newestMigration } from "../migrate.ts";
import { createWorkerRegistry } from "../workers.ts";

const [connectionString, workerId, controlKey] = process.argv.slice(2);
const log = { info() {}, warn() {}, error() {} };
const pool = new pg.Pool({ connectionString });
const control = new pg.Client({ connectionString });
control.on("error", () => {});
await control.connect();
await control.query("select pg_advisory_lock($1)", [controlKey]);
await createWorkerRegistry({
  pool,
  connectionString: connectionString!,
  lease: new WorkerLease(),
  processes: { own: newId(), isRunning: async () => true },
  facts: { release: "1.2.3", newestMigration: await newestMigration(), freeDiskBytes: () => null },
  log,
}).join({
  workerId: workerId!,
  host: "elsewhere",
  version: 1,
  machine: { id: newId(), turnLimit: 1, labels: [], memoryBytes: 1 },
  onStopNotice: () => {},
  onSteeringNotice: () => {},
  onTakenOver: async () => {},
  onRejoined: () => {},
});
process.stdout.write("ready\n");
