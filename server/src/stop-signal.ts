import { onAbort } from "./runtime/on-abort.ts";

/**
 * Time within which a second signal counts as the same signal, because npm forwards a signal that its whole process group has already
 * received.
 */
const echoMs = 2_000;

export interface StopSignals {
  /** Resolves at the next SIGTERM or SIGINT. Stops waiting when `until` aborts, and then never resolves. */
  next(until?: AbortSignal): Promise<NodeJS.Signals>;
}

/**
 * Watches for SIGTERM and SIGINT. Ignores further signals for 2 s after each one. Calls `stopNow` for a
 * signal that no `next` waits for, because the operator has already requested a clean stop.
 */
export function watchStopSignals(
  stopNow: (signal: NodeJS.Signals) => void,
  source: Pick<NodeJS.Process, "on"> = process,
  nowMs: () => number = () => performance.now(),
): StopSignals {
  let waiting: ((signal: NodeJS.Signals) => void) | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  const onSignal = (signal: NodeJS.Signals) => {
    if (nowMs() - lastAt <= echoMs) return;
    lastAt = nowMs();
    if (waiting === null) return stopNow(signal);
    waiting(signal);
    waiting = null;
  };
  source.on("SIGTERM", onSignal);
  source.on("SIGINT", onSignal);
  return {
    next: (until) =>
      new Promise((resolve) => {
        waiting = resolve;
        if (until === undefined) return;
        onAbort(until, () => {
          if (waiting === resolve) waiting = null;
        });
      }),
  };
}
