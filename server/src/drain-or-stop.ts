import type { Logger } from "./core/base/index.ts";
import type { StopSignals } from "./stop-signal.ts";

export interface WatchedWorker {
  /** Starts a drain. Returns false if the worker should stop instead. */
  drain(): Promise<boolean>;
  readonly drained: Promise<void>;
  /** Resolves if the worker cannot continue. */
  readonly lost: Promise<unknown>;
  /** The first signal, for which the caller has waited since the start. */
  readonly first: Promise<NodeJS.Signals>;
  readonly signals: StopSignals;
  readonly log: Logger;
}

/**
 * Waits until the worker should stop, and returns the cause. SIGTERM drains it first if another machine accepts turns. SIGINT,
 * a second signal and the end of a drain that an operator requested end the wait.
 */
export async function drainOrStop(worker: WatchedWorker): Promise<unknown> {
  const { drained, lost, first, signals, log } = worker;
  const cause = await Promise.race([first, lost, drained]);
  if (cause !== "SIGTERM" || !(await mayDrain(worker))) return cause;
  log.info({}, "draining after SIGTERM; a second signal stops this worker immediately");
  return Promise.race([signals.next(), lost, drained]);
}

async function mayDrain({ drain, log }: WatchedWorker): Promise<boolean> {
  try {
    return await drain();
  } catch (cause) {
    log.warn({ err: cause }, "the other machines could not be read; stopping without a drain");
    return false;
  }
}
