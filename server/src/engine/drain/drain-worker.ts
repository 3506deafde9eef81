import type { WorkflowStatus } from "@dbos-inc/dbos-sdk";
import { AppError, limitRepeats, minuteMs } from "../../core/base/index.ts";
import type { Ports } from "../../core/ports.ts";
import { saveSessions } from "../../core/turns/index.ts";
import { pollUntil } from "../../runtime/poll-until.ts";
import { releaseQueued, requeueRefused } from "../placement/move-queued.ts";
import type { RunningWork } from "../running-work.ts";

const CHECK_MS = 500;
/**
 * Number of consecutive checks without another machine after which a drain ends early. Right after an outage of the database, no
 * worker has a recent heartbeat.
 */
const CHECKS_ALONE = 10;
/** Minimum time for the saves of idle sessions, even if no turn may continue for as long. */
const MIN_SAVE_MS = minuteMs;
/** Time limit of the saves after the last turn. Supervisors wait two minutes longer than turns may continue. */
const LAST_SAVE_MS = minuteMs / 2;

export interface DrainParts {
  readonly ports: Ports;
  readonly workerId: string;
  /** Version of the workflows that this worker runs. */
  readonly version: number;
  readonly turns: RunningWork;
  readonly jobs: RunningWork;
  readonly builds: RunningWork;
  /** Stops claiming work. Work that was claimed continues. */
  readonly stopClaiming: () => void;
  /** Stops the sandboxes in which no turn works, and keeps none from now on. */
  readonly closeSandboxes: () => Promise<void>;
  readonly requeue: (workflows: readonly WorkflowStatus[]) => Promise<void>;
  /** Time for which running turns and builds may continue. */
  readonly limitMs: number;
  /** True to hand back all work when no other machine accepts turns. Queued turns would otherwise wait for this worker's end. */
  readonly needsOthers: boolean;
  /** Interval of the checks, which tests shorten. */
  readonly checkMs?: number;
}

/**
 * Moves the work of this worker to other machines: queued turns immediately, running ones when they end or when their time is
 * over. If no worker of this machine accepts turns any more, saves the files of its sessions, unless there is no other machine
 * that could continue them. Rejects if the signal aborts.
 */
export async function drainWorker(parts: DrainParts, signal: AbortSignal): Promise<void> {
  const { ports, turns, jobs, builds, limitMs } = parts;
  const { store, log } = ports;
  await store.machines.drain([parts.workerId]);
  log.info({ limitMs, turns: turns.ids() }, "draining: this worker accepts no further turns");
  parts.stopClaiming();
  for (const running of [turns, jobs, builds]) running.refuse();
  const alone = new AbortController();
  let isSaving = true;
  const saves = saveIdleSessions(parts, AbortSignal.any([signal, alone.signal])).finally(() => {
    isSaving = false;
  });
  try {
    if ((await waitForWork(parts, { isSaving: () => isSaving }, signal)) === "alone")
      alone.abort(new AppError("unavailable", "No other machine accepts turns."));
    await Promise.all([jobs.handBack(log), turns.handBack(log), builds.handBack(log)]);
  } finally {
    await saves;
  }
  if (!alone.signal.aborted) await saveTheRest(parts, signal);
}

/** Waits for the running work and the saves. Returns "alone" if the wait ended because no other machine accepts turns. */
async function waitForWork(
  parts: DrainParts,
  { isSaving }: { readonly isSaving: () => boolean },
  signal: AbortSignal,
): Promise<"over" | "alone"> {
  const { ports, turns, builds, limitMs, checkMs = CHECK_MS } = parts;
  const log = limitRepeats(ports.log);
  let checksAlone = 0;
  const hasWork = () => turns.ids().length + builds.ids().length > 0;
  const isOver = async () => {
    try {
      await moveQueued(parts);
      checksAlone = (await isAlone(parts)) ? checksAlone + 1 : 0;
    } catch (cause) {
      log.warn({ err: cause }, "queued turns could not be moved to other machines; retrying");
    }
    return !(hasWork() || isSaving()) || checksAlone >= CHECKS_ALONE;
  };
  await pollUntil(isOver, { every: checkMs, timeoutMs: limitMs, signal });
  const why = checksAlone >= CHECKS_ALONE ? "alone" : "over";
  if (hasWork())
    log.warn({ why, turns: turns.ids(), builds: builds.ids() }, "handing back unfinished turns and builds");
  return why;
}

async function isAlone({ ports, version, needsOthers }: DrainParts): Promise<boolean> {
  if (!needsOthers) return false;
  return !(await ports.store.machines.othersAcceptTurns(ports.settings.machineId, version));
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
    await recordUnsaved(ports);
  });
}

/** Records a reason for each session whose newest files remain only on this machine. */
async function recordUnsaved({ store, settings, log }: Ports): Promise<void> {
  const { machineId, savesWorkspaces } = settings;
  const record = (which: "withTurn" | "all", reason: string) =>
    store.savedWorkspaces.recordOthersUnsaved(machineId, which, reason);
  if (savesWorkspaces) {
    await record("withTurn", "The work of its turn could not be saved.");
    await record("all", "Its files could not be saved before the worker left.");
  } else await record("all", "The machines share no blob store (TEMBO_BLOBS).");
  const unsaved = await store.machines.listUnsaved(machineId);
  if (unsaved.length > 0)
    log.error(
      { unsaved },
      "some sessions could not be saved; their newest files are only on this machine; keep its disk, and start a worker here to continue them",
    );
}

/** True if no worker of this machine accepts turns, so that its sessions continue on other machines. */
async function isLeaving({ store, settings }: Ports): Promise<boolean> {
  return !(await store.machines.acceptsTurns(settings.machineId));
}

/** A failure does not keep the worker from leaving, because the files remain on the machine's disk. */
async function orLog({ log }: Ports, save: () => Promise<void>): Promise<void> {
  try {
    await save();
  } catch (cause) {
    log.error({ err: cause }, "the files of idle sessions could not be saved");
  }
}
