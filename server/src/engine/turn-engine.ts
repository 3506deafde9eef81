import { availableParallelism, hostname } from "node:os";
import { DBOS, type WorkflowStatus } from "@dbos-inc/dbos-sdk";
import { dbRetryConfig } from "@dbos-inc/dbos-sdk/internal/utils";
import { wfQueueRunner } from "@dbos-inc/dbos-sdk/internal/wfqueue";
import type pg from "pg";
import type { JobHandlers } from "../core/automation/index.ts";
import {
  AppError,
  type Engine,
  type Job,
  jobName,
  type Logger,
  type Membership,
  newId,
  type OpenTransaction,
  type WorkerLease,
  type WorkerMachine,
  type WorkerRegistry,
} from "../core/base/index.ts";
import type { Ports, Store, Transaction } from "../core/ports.ts";
import { TurnInterrupt } from "../core/turns/index.ts";
import { startBuildLoop } from "./build-loop.ts";
import { dbosLogger } from "./dbos-logger.ts";
import { WorkerDrain } from "./drain/worker-drain.ts";
import { endWork } from "./end-work.ts";
import { JOBS, WEBHOOKS } from "./job-names.ts";
import { newStepLimits, registerJobQueues } from "./job-queue.ts";
import { scheduleJobs } from "./job-schedule.ts";
import { runJobWorkflow } from "./job-workflow.ts";
import { watchLostWorkers } from "./lost-workers.ts";
import { migrateEngine } from "./migrate-engine.ts";
import { watchOlderVersions } from "./older-versions.ts";
import { Placer } from "./placement/placer.ts";
import { requeueLost } from "./placement/requeue-lost.ts";
import { APPLICATION, machineQueue, TURNS } from "./placement/turn-queues.ts";
import { withdrawUnderLock } from "./placement/withdraw-mislabeled.ts";
import { DISPATCH_MS, QueuePolls } from "./queue-polls.ts";
import { RunningWork } from "./running-work.ts";
import { StartGate } from "./start-gate.ts";
import { scheduleTending } from "./tending-schedule.ts";
import { runTurn } from "./turn-workflow.ts";
import { createWorkWatch } from "./work-watch.ts";

/**
 * Version of the turn workflow. Increment it when the steps change. A newer release then restarts the turns of an older one
 * from their first step, instead of continuing at a recorded step.
 */
const WORKFLOW_VERSION = 4;
/** Turns that start on a machine at the same time, for each of its processors. */
const STARTS_PER_PROCESSOR = 2;
const START_LIMIT_MS = 500;
/**
 * Works like the statement for turns, with an optional queue partition and an optional start time. Sends no notice for
 * a workflow with a start time, because DBOS makes it ready later.
 */
const ENQUEUE_JOB = `select dbos.enqueue_workflow(workflow_name => $1, queue_name => $2, workflow_id => $3,
  positional_args => array[$6::json], app_version => $4, application_name => $5, queue_partition_key => $7,
  delay_until_epoch_ms => $8), case when $8 is null then pg_notify('tembo_queue', $2) end`;
/**
 * Delays with which DBOS retries after it loses the database. With the default maximum of one minute, turns would
 * remain queued after the database recovers.
 */
Object.assign(dbRetryConfig, { initialBackoffSec: 0.25, maxBackoffSec: 2 });

export interface TurnEngine extends Engine {
  /** ID of the worker that this process is or may become. */
  readonly workerId: string;
  /** Starts to claim turns and jobs from the queues. `handlers` process the jobs. */
  startWorker(ports: Ports, concurrency: number, handlers: JobHandlers): Promise<void>;
  /** Returns the number of turns and builds that this process runs. */
  runningWork(): number;
  /** True while this process's worker drains. */
  isDraining(): boolean;
  /**
   * Starts moving the work of this worker to other machines, and stops the engine afterward, or when no other machine accepts
   * turns any more. Returns false and has no effect if none does so now, or if turns have no time to continue.
   */
  drain(): Promise<boolean>;
  /** Resolves when a drain has ended and the engine has stopped. */
  readonly drained: Promise<void>;
  /** Records why this process cannot run turns. The transcripts of queued turns show the reason. */
  noteIdle(why: string): void;
  /**
   * Hands running turns, jobs and builds back, so that another worker continues them immediately, and closes the warm sandboxes and the engine. Idempotent.
   */
  stop(): Promise<void>;
}

/** Creates the durable engine on DBOS Transact, and migrates DBOS's tables. A process can have only one engine, because DBOS keeps global state. */
export async function createTurnEngine(options: {
  readonly pool: pg.Pool;
  readonly connectionString: string;
  readonly clientOf: (tx: OpenTransaction) => pg.ClientBase;
  readonly transactionOf: (tx: OpenTransaction) => Transaction;
  readonly workers: WorkerRegistry;
  /** Lease that the registry extends. Without it, turns are paused. */
  readonly lease: WorkerLease;
  readonly machine: Omit<WorkerMachine, "turnLimit">;
  /** Time for which running turns may continue during a drain. */
  readonly drainMs: number;
  readonly log: Logger;
  /** Version of the workflows that this process enqueues and runs. Tests set it to play an upgrade. */
  readonly version?: number;
  /** Number of turns that start at the same time. Tests set it. */
  readonly startPlaces?: number;
  /** Interval at which DBOS polls the queues without a notice. Tests make it so long that only notices start work. */
  readonly dispatchMs?: number;
}): Promise<TurnEngine> {
  const { pool, connectionString, log, version = WORKFLOW_VERSION, dispatchMs = DISPATCH_MS } = options;
  await migrateEngine(pool, connectionString);
  const turns = new RunningWork();
  const jobs = new RunningWork();
  const builds = new RunningWork();
  const gate = new StartGate({
    places: options.startPlaces ?? STARTS_PER_PROCESSOR * availableParallelism(),
    limitMs: START_LIMIT_MS,
  });
  const workerId = newId();
  const { id: machineId } = options.machine;
  let membership: Membership | null = null;
  let whyIdle = 'Start one with "tembo worker".';
  let closeSandboxes = async (): Promise<void> => {};
  let endAll: (how: "handBack" | "abandon") => Promise<void> = async () => {};
  const timers: NodeJS.Timeout[] = [];
  let placer: Placer | null = null;
  let polls: QueuePolls | null = null;
  let drain: WorkerDrain | null = null;
  const drained = Promise.withResolvers<void>();
  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    for (const timer of timers.splice(0)) clearInterval(timer);
    await drain?.interrupt();
    if (membership === null) return;
    await placer?.stop();
    const polled = polls?.stop();
    await markStopping(membership, log);
    // Runs before DBOS closes, so that DBOS still records the results of steps that end in the meantime.
    await endAll("handBack").catch((cause: unknown) => {
      log.error({ err: cause }, "programs of turns could not be ended; they end with this process");
    });
    await polled;
    await DBOS.shutdown();
    // Runs before other workers may take over this worker's turns.
    await closeSandboxes();
    await membership.leave();
    membership = null;
  };
  const stopOnce = () => {
    stopping ??= stop().finally(() => {
      stopping = null;
    });
    return stopping;
  };

  return {
    workerId,
    isDraining: () => drain?.isRunning ?? false,
    drain: async () => (await drain?.request()) ?? false,
    drained: drained.promise,
    enqueueTurn: async (tx, turnId) => {
      const hasWorker = await options.transactionOf(tx).turnPlacements.request(turnId);
      if (membership !== null || hasWorker) return null;
      return `This turn is queued, because no worker is running. ${whyIdle}`;
    },
    enqueueJob: async (tx, job, { notBefore } = {}) => {
      const { queue, partition } = queueAndPartition(job);
      const values = [JOBS.workflow, queue, jobName(job), String(version), APPLICATION, JSON.stringify(job)];
      await options.clientOf(tx).query({
        name: "tembo_enqueue_job",
        text: ENQUEUE_JOB,
        values: [...values, partition, notBefore?.getTime() ?? null],
      });
    },
    noticeStop: (turnId) => options.workers.noticeStop(turnId),
    noticeSteering: (turnId) => options.workers.noticeSteering(turnId),
    startWorker: async (ports, concurrency, handlers) => {
      if (membership !== null) throw new AppError("internal", "This process already runs a worker.");
      options.lease.watch((isValid) => {
        if (isValid) log.info({}, "this worker reaches the database again; its turns continue");
        else log.warn({}, "this worker does not reach the database; its turns pause");
        ports.warmSandboxes.setMayAct(isValid);
      });
      endAll = (how) => endWork({ ports, running: [turns, jobs, builds] }, how);
      membership = await options.workers.join({
        workerId,
        host: hostname(),
        version,
        machine: { ...options.machine, turnLimit: concurrency },
        onStopNotice: (turnId) => turns.interrupt(turnId, new TurnInterrupt("stopped")),
        onKeepAliveNotice: (sessionId) => {
          ports.warmSandboxes.reconsider(sessionId).catch((cause: unknown) => {
            log.error(
              { err: cause, sessionId },
              "a sandbox's keep-alive could not be changed; request the change again",
            );
          });
        },
        onHandOverNotice: (sessionId) => {
          handOver(ports, sessionId).catch((cause: unknown) => {
            log.error({ err: cause, sessionId }, "a sandbox could not be handed over");
          });
        },
        onPreparationNotice: (preparationId) => {
          ports.preparations.consider(preparationId).catch((cause: unknown) => {
            log.warn({ err: cause, preparationId }, "a preparation could not be considered");
          });
        },
        onPlacementNotice: () => placer?.wake(),
        onQueueNotice: (queueName) => polls?.wake(queueName),
        onSteeringNotice: (turnId) => turns.notify(turnId),
        onTakenOver: () => endAll("abandon"),
        onRejoined: () => {
          polls?.wakeAll();
          for (const turnId of turns.ids()) turns.notify(turnId);
          ports.warmSandboxes.reconsiderAll().catch((cause: unknown) => {
            log.error({ err: cause }, "sandbox keep-alives could not be read; request the changes again");
          });
          ports.preparations.reconsiderAll().catch((cause: unknown) => {
            log.warn({ err: cause }, "preparations could not be reconsidered");
          });
          recheckStops(turns, ports.store).catch((cause: unknown) => {
            log.error({ err: cause }, "stop requests could not be read; request the stop again");
          });
        },
      });
      closeSandboxes = async () => {
        try {
          await ports.environmentCopies.close();
          await ports.preparations.close();
          await ports.waitingHarnesses.close();
        } finally {
          await ports.warmSandboxes.close();
        }
      };
      DBOS.setConfig({
        name: APPLICATION,
        systemDatabaseUrl: connectionString,
        systemDatabasePool: pool,
        executorID: workerId,
        applicationVersion: String(version),
        runAdminServer: false,
        listenQueues: [machineQueue(machineId), JOBS.queue, WEBHOOKS.queue],
        // The loop is only a safety net, so one connection is enough for it.
        maxConcurrentQueueDispatches: 1,
        // DBOS listens for messages between workflows, which Tembo does not send. It would need a connection of its own.
        useListenNotify: false,
        logger: dbosLogger(log),
      });
      DBOS.registerWorkflow((turnId: string) => runTurn({ ports, running: turns, gate }, turnId), {
        name: TURNS.workflow,
        maxRecoveryAttempts: 1_000,
      });
      const { store } = ports;
      const requeue = (workflows: readonly WorkflowStatus[]) =>
        requeueLost({ store, pool, machineId, version }, workflows);
      const work = createWorkWatch({ store, pool, clientOf: options.clientOf, requeue });
      const parts = { ports, pool, handlers, running: jobs, work, stepLimits: newStepLimits() };
      DBOS.registerWorkflow((job: Job) => runJobWorkflow(parts, job), {
        name: JOBS.workflow,
        maxRecoveryAttempts: 1_000,
      });
      await withdrawUnderLock({ ports, clientOf: options.clientOf });
      await DBOS.launch();
      const machineTurns = await DBOS.registerQueue(machineQueue(machineId), {
        // DBOS keeps a single value for all workers of the machine. Placement limits their sum, so the largest limit works for each.
        workerConcurrency: await membership.largestTurnLimit(),
        minPollingIntervalMs: dispatchMs,
        onConflict: "always_update",
      });
      const clearAfter = async (lostId: string) => {
        await ports.preparations.clearAfter(lostId);
        await ports.warmSandboxes.clearAfter(lostId);
        await ports.store.projectBuilds.release(lostId);
      };
      timers.push(watchLostWorkers(membership, { store, requeue, clearAfter }, log));
      timers.push(watchOlderVersions(membership, { store, version, requeue }, log));
      placer = new Placer({ ports, clientOf: options.clientOf, pool, version });
      placer.wake();
      polls = new QueuePolls(log, [machineTurns, ...(await registerJobQueues(dispatchMs))]);
      polls.wakeAll();
      timers.push(scheduleJobs(ports));
      timers.push(scheduleTending(ports));
      const isBusy = () => turns.ids().length >= concurrency;
      timers.push(startBuildLoop({ ports, workerId, running: builds, isBusy }));
      drain = new WorkerDrain({
        parts: {
          ...{ ports, workerId, version, turns, jobs, builds, closeSandboxes, requeue },
          limitMs: options.drainMs,
          stopClaiming: () => {
            for (const timer of timers.splice(0)) clearInterval(timer);
            void polls?.stop();
            wfQueueRunner.stop();
          },
        },
        onEnd: () => {
          whyIdle = "The worker was drained. Restart it, or start another one.";
          stopOnce()
            .catch((cause: unknown) => log.error({ err: cause }, "this worker could not leave cleanly"))
            .finally(drained.resolve);
        },
      });
    },
    runningWork: () => turns.ids().length + builds.ids().length,
    noteIdle: (why) => {
      whyIdle = why;
    },
    stop: stopOnce,
  };
}

/** Refuses further turns. A database that does not respond must not keep the worker from handing its turns back. */
async function markStopping(membership: Membership, log: Logger): Promise<void> {
  try {
    await membership.drain();
  } catch (cause) {
    log.warn({ err: cause }, "this worker could not be marked as stopping");
  }
}

/** Stops what this worker holds for a session, because another worker has the session's next turn. */
async function handOver({ preparations, warmSandboxes }: Ports, sessionId: string): Promise<void> {
  await preparations.abandon(sessionId);
  await warmSandboxes.handOver(sessionId);
}

function queueAndPartition(job: Job): { readonly queue: string; readonly partition: string | null } {
  if (job.kind === "webhookAttempt") return { queue: WEBHOOKS.queue, partition: job.webhookId };
  if (job.kind === "notificationAttempt")
    return { queue: WEBHOOKS.queue, partition: `${job.organizationId}:${job.channel}` };
  return { queue: JOBS.queue, partition: null };
}

/** Interrupts the turns for which the store contains a stop request, because this process may have missed the notifications. */
async function recheckStops(turns: RunningWork, store: Store): Promise<void> {
  for (const turnId of turns.ids()) {
    const turn = await store.turns.find(turnId);
    if (turn?.isStopRequested === true) turns.interrupt(turnId, new TurnInterrupt("stopped"));
  }
}
