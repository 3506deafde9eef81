import type { Backoff } from "./backoff.ts";
import { backoffMs } from "./backoff.ts";
import { retry } from "./retry.ts";

export interface PollOptions {
  /** Wait between checks: a backoff, or a constant number of milliseconds. */
  readonly every: Backoff | number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Checks immediately, and again after each wait, until the check returns true. Resolves to false if a check that
 * completes after the timeout still returns false. Rejects with the signal's reason if the signal aborts.
 */
export function pollUntil(
  isTrue: () => boolean | Promise<boolean>,
  { every, timeoutMs, signal }: PollOptions,
): Promise<boolean> {
  const waitMs = (checks: number) => (typeof every === "number" ? every : backoffMs(every, checks));
  return retry(async () => isTrue(), {
    signal,
    afterResult: (answer, { number, elapsedMs }) => (answer || elapsedMs > timeoutMs ? null : waitMs(number)),
  });
}
