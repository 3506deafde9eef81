import { workerLeaseMs } from "../core/base/index.ts";

/**
 * Time without a heartbeat after which a worker that holds no lock is checked for the end of its process. Heavy load may
 * delay heartbeats, but does not release the lock.
 */
export const quietMs = 2_500;
/**
 * Time after which a worker that still holds its lock is lost: its machine is frozen, or the network has failed. The worker
 * has stopped acting long before.
 */
export const unreachableMs = 30_000;
/**
 * Time after a start of the database after which a worker that has not returned is lost. The start released its lock, so
 * it may still run, but then its lease has lapsed.
 */
const returnsWithinMs = workerLeaseMs + 2_000;

export interface QuietWorker {
  readonly hasStopped: boolean;
  /** Time without a heartbeat. Time before the database started does not count. */
  readonly quietMs: number;
  /** True if the worker has sent a heartbeat since the database started. */
  readonly hasReturned: boolean;
  /** False if the process has ended, and null if it ran on another machine. */
  readonly isRunning: boolean | null;
}

/**
 * - `present`: the worker may still act.
 * - `ended`: its process has ended, if nobody holds its lock.
 * - `unreachable`: it may still run, but may not act any more.
 */
export type Loss = "present" | "ended" | "unreachable";

/** Decides whether other workers may take over a worker's turns. Pure. */
export function decideLoss(worker: QuietWorker): Loss {
  if (worker.hasStopped || worker.isRunning === false) return "ended";
  if (worker.quietMs >= unreachableMs) return "unreachable";
  if (worker.isRunning === true) return "present";
  return worker.quietMs >= (worker.hasReturned ? quietMs : returnsWithinMs) ? "ended" : "present";
}
