import { hostname } from "node:os";
import { DBOS } from "@dbos-inc/dbos-sdk";
import type pg from "pg";
import { AppError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import type { Engine } from "../core/ports/engine.ts";
import type { Ports } from "../core/ports/index.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { Transaction } from "../core/ports/store.ts";
import type { Membership, WorkerRegistry } from "../core/ports/worker-registry.ts";
import { TurnInterrupt } from "../core/turn/interrupt.ts";
import { dbosLogger } from "./dbos-logger.ts";
import { migrateEngine } from "./migrate-engine.ts";
import { RunningTurns } from "./running-turns.ts";
import { runTurn } from "./turn-workflow.ts";

const QUEUE = "turns";
const WORKFLOW = "turn";
/** Raised when the steps of a turn change, so that a turn begun by an older release is not continued by a newer one. */
const WORKFLOW_VERSION = "2";
const APPLICATION = "tembo";
/** DBOS's own function for enqueueing out of SQL: one prepared statement, where its client sends two that are planned each time. */
const ENQUEUE = `select dbos.enqueue_workflow(workflow_name => $1, queue_name => $2, workflow_id => $3,
  positional_args => array[to_json($3::text)], app_version => $4, application_name => $5)`;
const DISPATCH_MS = 50;
const LOST_WORKER_CHECK_MS = 500;

export interface TurnEngine extends Engine {
  /** Begins to take turns from the queue. */
  startWorker(ports: Ports, concurrency: number): Promise<void>;
  /** Hands running turns back, so that another worker continues them at once, and closes. Idempotent. */
  stop(): Promise<void>;
}

/** The durable engine on DBOS Transact. One per process: DBOS keeps its state globally. */
export async function createTurnEngine(options: {
  readonly pool: pg.Pool;
  readonly connectionString: string;
  readonly clientOf: (tx: Transaction) => pg.ClientBase;
  readonly workers: WorkerRegistry;
  readonly log: Logger;
}): Promise<TurnEngine> {
  const { pool, connectionString, log } = options;
  await migrateEngine(pool, connectionString);
  const running = new RunningTurns();
  const workerId = newId();
  let membership: Membership | null = null;
  let watch: NodeJS.Timeout | null = null;

  return {
    enqueueTurn: async (tx, turnId) => {
      await options.clientOf(tx).query({
        name: "tembo_enqueue_turn",
        text: ENQUEUE,
        values: [WORKFLOW, QUEUE, turnId, WORKFLOW_VERSION, APPLICATION],
      });
    },
    enqueueJob: async () => {
      throw new AppError("internal", "Jobs are not worked yet.");
    },
    noticeStop: (turnId) => options.workers.noticeStop(turnId),
    startWorker: async (ports, concurrency) => {
      if (membership !== null) throw new AppError("internal", "The worker of this process runs already.");
      membership = await options.workers.join({
        workerId,
        host: hostname(),
        onStopNotice: (turnId) => running.interrupt(turnId, new TurnInterrupt("stopped")),
        onRejoined: () => {
          running.recheck(ports.store).catch((cause: unknown) => {
            log.error({ err: cause }, "stop requests could not be read; ask for the stop again");
          });
        },
      });
      DBOS.setConfig({
        name: APPLICATION,
        systemDatabaseUrl: connectionString,
        systemDatabasePool: pool,
        executorID: workerId,
        applicationVersion: WORKFLOW_VERSION,
        runAdminServer: false,
        logger: dbosLogger(log),
      });
      DBOS.registerWorkflow((turnId: string) => runTurn(ports, running, turnId), {
        name: WORKFLOW,
        maxRecoveryAttempts: 1_000,
      });
      await DBOS.launch();
      await DBOS.registerQueue(QUEUE, {
        workerConcurrency: concurrency,
        minPollingIntervalMs: DISPATCH_MS,
        onConflict: "always_update",
      });
      watch = watchLostWorkers(membership, log);
    },
    stop: async () => {
      if (watch !== null) clearTimeout(watch);
      watch = null;
      if (membership !== null) {
        await DBOS.shutdown();
        await running.handBack();
        await membership.leave();
        membership = null;
      }
    },
  };
}

/** Takes up the turns of workers that died or left. */
function watchLostWorkers(membership: Membership, log: Logger): NodeJS.Timeout {
  let isBusy = false;
  return setInterval(async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      for (const workerId of await membership.findLost()) await takeOver(membership, workerId, log);
    } catch (cause) {
      log.warn({ err: cause }, "looking for lost workers failed; trying again");
    } finally {
      isBusy = false;
    }
  }, LOST_WORKER_CHECK_MS);
}

async function takeOver(membership: Membership, workerId: string, log: Logger): Promise<void> {
  const pending = await DBOS.listWorkflows({
    status: "PENDING",
    executorId: workerId,
    loadInput: false,
    loadOutput: false,
  });
  const turnIds = pending.map((workflow) => workflow.workflowID);
  if (turnIds.length > 0) {
    log.warn({ workerId, turnIds }, "a worker is gone; its turns are taken up again");
    await DBOS.resumeWorkflows(turnIds, { queueName: QUEUE });
  }
  await membership.forget(workerId);
}
