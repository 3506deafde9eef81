import type { Logger } from "./core/base/index.ts";
import { withTimeout } from "./runtime/with-timeout.ts";
import type { StopSignals } from "./stop-signal.ts";

/** Time limit of the query that checks if another machine accepts turns. A lost database connection may never respond. */
const QUERY_LIMIT_MS = 5_000;
/** Maximum time of a drain in addition to that of turns. Supervisors wait for 20 seconds longer. */
const AFTER_TURNS_MS = 100_000;

export interface WatchedWorker {
  /** Starts a drain. Returns false if the worker should stop instead. */
  drain(): Promise<boolean>;
  readonly drained: Promise<void>;
  /** Time for which turns may continue during a drain. */
  readonly drainMs: number;
  /** Resolves if the worker cannot continue. */
  readonly lost: Promise<unknown>;
  /** The first signal, for which the caller has waited since the start. */
  readonly first: Promise<NodeJS.Signals>;
  readonly signals: StopSignals;
  readonly log: Logger;
}

/**
 * Waits until the worker should stop, and returns the cause. SIGTERM drains it first if another machine accepts turns. SIGINT,
 * a second signal and the end of a drain that an operator requested end the wait. If the database does not answer in time, SIGTERM
 * stops the worker as well, also in the middle of the drain.
 */
export async function drainOrStop(
  worker: WatchedWorker,
  { queryMs = QUERY_LIMIT_MS, afterTurnsMs = AFTER_TURNS_MS } = {},
): Promise<unknown> {
  const { drained, drainMs, lost, first, signals, log } = worker;
  const cause = await Promise.race([first, lost, drained]);
  if (cause !== "SIGTERM") return cause;
  // A signal during the later stop must not count as one that this function waits for.
  const returned = new AbortController();
  try {
    const end = Promise.race([signals.next(returned.signal), lost, drained]);
    const waits = await withTimeout(Promise.race([end.then(() => true), mayDrain(worker)]), queryMs, () => {
      log.warn({}, "the database does not respond; stopping without a drain");
      return false;
    });
    if (!waits) return cause;
    return await withTimeout(end, drainMs + afterTurnsMs, () => {
      log.warn({}, "the drain did not end in time; stopping");
      return cause;
    });
  } finally {
    returned.abort();
  }
}

async function mayDrain({ drain, log }: WatchedWorker): Promise<boolean> {
  try {
    if (!(await drain())) return false;
    log.info({}, "draining after SIGTERM; a second signal stops this worker immediately");
    return true;
  } catch (cause) {
    log.warn(
      { err: cause },
      "the list of machines could not be read from the database; stopping without a drain",
    );
    return false;
  }
}
