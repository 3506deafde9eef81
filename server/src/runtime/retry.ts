import { delay } from "./delay.ts";

export interface Attempt {
  /** Number of the attempt, starting at 1. */
  readonly number: number;
  /** Time since the first attempt started. */
  readonly elapsedMs: number;
  /** Time since the first attempt ended. 0 for the first attempt itself. */
  readonly failingMs: number;
}

/** Milliseconds before the next attempt, or null to stop retrying. */
export type NextWait = number | null | Promise<number | null>;

export interface RetryOptions<T> {
  /**
   * Classifies an error. If the result is null, `retry` rejects with the error. An error thrown here replaces the
   * original error. Without this function, errors are not retried.
   */
  afterError?(error: unknown, attempt: Attempt): NextWait;
  /**
   * Classifies a result, such as a response with status 503. If this returns null, `retry` resolves to the result.
   * Without this function, every result is final.
   */
  afterResult?(result: T, attempt: Attempt): NextWait;
  /** An abort rejects the current wait with the signal's reason, and prevents further attempts. */
  readonly signal?: AbortSignal | undefined;
  /** Replaces the timer. Tests advance a fake clock, and jobs wait in the engine. */
  wait?(ms: number, signal: AbortSignal | undefined): Promise<unknown>;
  /** Monotonic clock, in milliseconds. */
  nowMs?(): number;
}

/**
 * Repeats the work while the options request another attempt. The caller decides which failures are transient, how many attempts to make
 * and for how long. This module provides the loop, the clock, the wait and the handling of aborts.
 */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions<T>): Promise<T> {
  const { signal, wait = delay, nowMs = () => performance.now() } = options;
  const startedAtMs = nowMs();
  let failedAtMs: number | null = null;
  for (let number = 1; ; number++) {
    signal?.throwIfAborted();
    const outcome = await settle(() => work(number));
    const endedAtMs = nowMs();
    const attempt: Attempt = {
      number,
      elapsedMs: endedAtMs - startedAtMs,
      failingMs: endedAtMs - (failedAtMs ?? endedAtMs),
    };
    const waitMs = await decide(outcome, attempt, options);
    if (waitMs === null) {
      if ("error" in outcome) throw outcome.error;
      return outcome.result;
    }
    failedAtMs ??= endedAtMs;
    await wait(waitMs, signal);
  }
}

type Outcome<T> = { readonly result: T } | { readonly error: unknown };

async function settle<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error };
  }
}

function decide<T>(outcome: Outcome<T>, attempt: Attempt, options: RetryOptions<T>): NextWait {
  if ("result" in outcome) return options.afterResult?.(outcome.result, attempt) ?? null;
  // A failure that the abort caused is not transient.
  if (options.signal?.aborted === true) return null;
  return options.afterError?.(outcome.error, attempt) ?? null;
}
