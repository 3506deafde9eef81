import { workerLeaseMs } from "../core/base/index.ts";

/** Age of a heartbeat, by the database's clock, from which other workers watch a worker. */
export const staleMs = 2_500;
/** More than the time between two heartbeats, in case the database's clock has jumped. */
const noticedMs = 1_500;
/**
 * Time for which a worker may need to return after an outage of the database, in which it lost its lock. Its lease has
 * lapsed by then.
 */
const returnsWithinMs = workerLeaseMs + 2_000;
/** Time after which a worker that holds its lock is lost: its machine is frozen, or its network has failed. */
const unreachableMs = 30_000;

/** Worker with an old heartbeat, as another worker sees it. */
export interface StaleWorker {
  readonly hasStopped: boolean;
  /** Time for which the other worker has seen no new heartbeat, over one connection to the database. */
  readonly watchedMs: number;
  /** True if the last heartbeat is newer than that connection. */
  readonly hasReturned: boolean;
  /** False if the process has ended, and null if it ran on another machine. */
  readonly isRunning: boolean | null;
}

/**
 * - `present`: the worker may still act.
 * - `ended`: its process has ended, if no process holds its lock.
 * - `unreachable`: it may still run, but may not act any more.
 */
export type Loss = "present" | "ended" | "unreachable";

/**
 * Decides whether other workers may take over a worker's turns. Pure.
 *
 * A worker whose connection ends has no lease until it has its lock again. A free lock therefore shows that it does not
 * act, if the connection of the worker that looks has outlasted it. Otherwise, the database may have lost all locks.
 */
export function decideLoss({ hasStopped, watchedMs, hasReturned, isRunning }: StaleWorker): Loss {
  if (hasStopped || isRunning === false) return "ended";
  if (watchedMs >= unreachableMs) return "unreachable";
  if (isRunning === true) return "present";
  return watchedMs >= (hasReturned ? noticedMs : returnsWithinMs) ? "ended" : "present";
}
