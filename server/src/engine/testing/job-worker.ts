import pg from "pg";
import { modelProviders } from "../../broker/model/provider/plug-ins.ts";
import type { JobHandlers } from "../../core/automation/index.ts";
import {
  createLogMask,
  hourMs,
  ignoreMeasurements,
  ignoreSpans,
  newId,
  WorkerLease,
} from "../../core/base/index.ts";
import type { Ports } from "../../core/ports.ts";
import { claudeCodeInfo } from "../../core/sessions/session/testing/claude-code-info.ts";
import {
  EnvironmentCopyPool,
  PreparationPool,
  WaitingHarnessPool,
  WarmSandboxPool,
} from "../../core/turns/index.ts";
import { forgeKinds } from "../../forge/create-forges.ts";
import { createStore } from "../../store/create-store.ts";
import { newestMigration } from "../../store/migrate.ts";
import { createWorkerRegistry } from "../../store/workers.ts";
import { fakeForge } from "../../testing/webhook-fixture.ts";
import { createTurnEngine } from "../turn-engine.ts";

/** Creates the engine on a real database. `start` starts a worker, which can run jobs, and turns up to their claim. */
export async function openJobWorker(
  databaseUrl: string,
  change: Partial<Ports> = {},
  options: { readonly version?: number; readonly dispatchMs?: number } = {},
) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  // Dropping the database closes idle connections.
  pool.on("error", () => {});
  const log = change.log ?? { info() {}, warn() {}, error() {} };
  const clock = change.clock ?? { now: () => new Date() };
  const { store, clientOf, transactionOf, close } = createStore({
    pool,
    log,
    clock,
    repositoryKey: (url) => url,
  });
  const machineId = newId();
  const lease = new WorkerLease();
  const processes = { own: newId(), isRunning: async () => false };
  const workers = createWorkerRegistry({
    pool,
    connectionString: databaseUrl,
    lease,
    processes,
    facts: { release: "1.2.3", newestMigration: await newestMigration(), freeDiskBytes: () => null },
    log,
  });
  const engine = await createTurnEngine({
    pool,
    connectionString: databaseUrl,
    clientOf,
    transactionOf,
    workers,
    lease,
    machine: { id: machineId, labels: [], memoryBytes: 8 * 1024 ** 3 },
    drainMs: 0,
    log,
    ...options,
  });
  const warmSandboxes = new WarmSandboxPool({
    workerId: engine.workerId,
    store,
    sandboxes: { clear: async () => {} },
    clock,
    log,
    boundBytes: 0,
    availableBytes: () => 0,
    reserveBytes: 0,
    noticeHandOver: async () => {},
  });
  const settings = {
    workspaceDays: 0,
    auditRetentionDays: 0,
    sessionRetentionDays: 0,
    turnLimitMs: hourMs,
    operatorProviders: [],
  };
  const preparations = new PreparationPool({
    workerId: engine.workerId,
    ports: () => ports,
    isBusy: () => true,
  });
  const environmentCopies = new EnvironmentCopyPool({
    workerId: engine.workerId,
    ports: () => ports,
    bootId: "boot",
    maxBytes: 0,
    isBusy: () => true,
  });
  const waitingHarnesses = new WaitingHarnessPool({
    ports: () => ports,
    maxCount: 0,
    isBusy: () => true,
    recall: async () => [],
  });
  const ports: Ports = {
    store,
    engine,
    warmSandboxes,
    preparations,
    environmentCopies,
    waitingHarnesses,
    settings,
    harnesses: { list: () => [claudeCodeInfo] },
    modelProviders,
    logMask: createLogMask(),
    measure: ignoreMeasurements,
    trace: ignoreSpans,
    forgeKinds,
    forges: { github: fakeForge() },
    clock,
    log,
    ...change,
  } as Ports;
  return {
    ports,
    machineId,
    start: (handlers: JobHandlers) => engine.startWorker(ports, 1, handlers),
    /** Starts a worker that enqueues no jobs by itself, such as the watchdog. */
    startWithoutDueJobs: (handlers: JobHandlers) => {
      const allEnabled = () => Promise.reject(new Error("This worker enqueues no jobs."));
      Object.assign(store.integrations, { allEnabled });
      return engine.startWorker(ports, 1, handlers);
    },
    stop: () => engine.stop(),
    close: async () => {
      await engine.stop();
      await close();
      await pool.end();
    },
  };
}
