import type { WorkflowStatus } from "@dbos-inc/dbos-sdk";
import { limitRepeats, minuteMs } from "../../core/base/index.ts";
import type { Ports } from "../../core/ports.ts";
import { saveSessions } from "../../core/turns/index.ts";
import { pollUntil } from "../../runtime/poll-until.ts";
import { releaseQueued, requeueRefused } from "../placement/move-queued.ts";
import type { RunningWork } from "../running-work.ts";

const CHECK_MS = 500;
/** Minimum time for the saves of idle sessions, even if no turn may continue for as long. */
const MIN_SAVE_MS = minuteMs;
/** Time limit of the saves after the last turn. Supervisors wait two minutes longer than turns may continue. */
const LAST_SAVE_MS = minuteMs / 2;

export interface DrainParts {
  readonly ports: Ports;
  readonly workerId: string;
  readonly turns: RunningWork;
  readonly jobs: RunningWork;
  readonly builds: RunningWork;
  /** Stops to claim work. Work that was claimed continues. */
  readonly stopClaiming: () => void;
  /** Stops the sandboxes in which no turn works, and keeps none from now on. */
  readonly closeSandboxes: () => Promise<void>;
  readonly requeue: (workflows: readonly WorkflowStatus[]) => Promise<void>;
  /** Time for which running turns and builds may continue. */
  readonly limitMs: number;
}

/**
 * Moves the work of this worker to other machines: queued turns immediately, running ones when they end or when their time is
 * over. If no worker of this machine accepts turns any more, saves the files of its sessions. Rejects if the signal aborts.
 */
export async function drainWorker(parts: DrainParts, signal: AbortSignal): Promise<void> {
  const { ports, turns, jobs, builds, limitMs } = parts;
  const { store, log } = ports;
  await store.machines.drain([parts.workerId]);
  log.info({ limitMs, turns: turns.ids() }, "draining: this worker accepts no further turns");
  parts.stopClaiming();
  for (const running of [turns, jobs, builds]) running.refuse();
  const saves = saveIdleSessions(parts, signal);
  try {
    await waitForWork(parts, signal);
    await Promise.all([jobs.handBack(log), turns.handBack(log), builds.handBack(log)]);
  } finally {
    await saves;
  }
  await saveTheRest(parts, signal);
}

async function waitForWork(parts: DrainParts, signal: AbortSignal): Promise<void> {
  const { ports, turns, builds, limitMs } = parts;
  const log = limitRepeats(ports.log);
  const isDone = async () => {
    try {
      await moveQueued(parts);
    } catch (cause) {
      log.warn({ err: cause }, "queued turns could not be moved to other machines; retrying");
    }
    return turns.ids().length + builds.ids().length === 0;
  };
  const isAll = await pollUntil(isDone, { every: CHECK_MS, timeoutMs: limitMs, signal });
  if (!isAll) log.warn({ turns: turns.ids(), builds: builds.ids() }, "handing back what still runs");
}

async function moveQueued({ ports, workerId, turns, jobs, requeue }: DrainParts): Promise<void> {
  const { store, settings } = ports;
  // Repeated, because a worker that was taken over by mistake registers again as one that accepts turns.
  await store.machines.drain([workerId]);
  await releaseQueued(store, settings.machineId);
  for (const running of [turns, jobs]) await requeueRefused(store, workerId, { running, requeue });
}

/** Stops the idle sandboxes of this worker, and saves their sessions and others that no turn uses. */
async function saveIdleSessions(parts: DrainParts, signal: AbortSignal): Promise<void> {
  const { ports, workerId, limitMs, closeSandboxes } = parts;
  const limit = AbortSignal.timeout(Math.max(limitMs, MIN_SAVE_MS));
  await orLog(ports, async () => {
    const kept = await ports.store.warmSandboxRecords.ofWorker(workerId);
    await closeSandboxes();
    const stopped = kept.map(({ sessionId }) => sessionId);
    if (await isLeaving(ports)) await saveSessions(ports, { workerId, stopped, limit }, signal);
  });
}

/** Saves what could not be saved before, and records which files remain only on this machine. */
async function saveTheRest({ ports, workerId }: DrainParts, signal: AbortSignal): Promise<void> {
  await orLog(ports, async () => {
    if (!(await isLeaving(ports))) return;
    const limit = AbortSignal.timeout(LAST_SAVE_MS);
    await orLog(ports, () => saveSessions(ports, { workerId, stopped: [], limit }, signal));
    await noteUnsaved(ports);
  });
}

/** Records a reason for each session whose newest files remain only on this machine. */
async function noteUnsaved({ store, settings, log }: Ports): Promise<void> {
  const { machineId, savesWorkspaces } = settings;
  const note = (which: "withTurn" | "all", reason: string) =>
    store.savedWorkspaces.noteOthersUnsaved(machineId, which, reason);
  if (savesWorkspaces) {
    await note("withTurn", "The work of its turn could not be saved.");
    await note("all", "Its files could not be saved before the worker left.");
  } else await note("all", "The machines share no blob store (TEMBO_BLOBS).");
  const unsaved = await store.machines.listUnsaved(machineId);
  if (unsaved.length > 0) log.error({ unsaved }, "unsaved: files of sessions are only on this machine");
}

/** True if no worker of this machine accepts turns, so that its sessions continue on other machines. */
async function isLeaving({ store, settings }: Ports): Promise<boolean> {
  return !(await store.machines.acceptsTurns(settings.machineId, "here"));
}

/** A failure does not keep the worker from leaving, because the files remain on the machine's disk. */
async function orLog({ log }: Ports, save: () => Promise<void>): Promise<void> {
  try {
    await save();
  } catch (cause) {
    log.error({ err: cause }, "unsaved: the files of idle sessions could not be saved");
  }
}
