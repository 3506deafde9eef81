/** What is known of an attempt that failed; headers are absent when no answer arrived. */
export interface FailedAttempt {
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  /** How many attempts were made before this one. */
  readonly retriesDone: number;
  /** Whether sending it twice does the same as sending it once. */
  readonly isRepeatable: boolean;
}

export type RetryDecision =
  | { readonly isRetried: false }
  | { readonly isRetried: true; readonly delayMs: number };

/** A server that asks for a longer pause is not waited for: the error reaches the caller, who can plan. */
const longestWaitMs = 60_000;

/**
 * Retried are 408 and 429, which say that nothing was done; and of a request that is repeatable 409, 500 and above, and failures
 * without an answer. `x-should-retry` of the server goes before all this. The pause is what `retry-after-ms` or `retry-after` (seconds or an HTTP date) asks for, else grows
 * from half a second to eight; `random` (0 to 1) takes up to a quarter off, so that many clients do not return at once.
 */
export function decideRetry(
  failed: FailedAttempt,
  maxRetries: number,
  { now, random }: { now: number; random: number },
): RetryDecision {
  if (failed.retriesDone >= maxRetries || !isWorthRetrying(failed)) return { isRetried: false };
  const askedMs = failed.headers === undefined ? null : pauseAskedFor(failed.headers, now);
  if (askedMs !== null && askedMs > longestWaitMs) return { isRetried: false };
  return { isRetried: true, delayMs: askedMs ?? backoffMs(failed.retriesDone, random) };
}

function backoffMs(retriesDone: number, random: number): number {
  return Math.min(8_000, 500 * 2 ** retriesDone) * (1 - random / 4);
}

export function isWorthRetrying({
  status,
  headers,
  isRepeatable,
}: Omit<FailedAttempt, "retriesDone">): boolean {
  const advice = headers?.get("x-should-retry");
  if (advice === "true") return true;
  if (advice === "false") return false;
  if (status === 408 || status === 429) return true;
  return isRepeatable && (status === undefined || status === 409 || status >= 500);
}

function pauseAskedFor(headers: Headers, now: number): number | null {
  const milliseconds = headers.get("retry-after-ms");
  if (milliseconds !== null && isPause(Number(milliseconds))) return Number(milliseconds);
  const value = headers.get("retry-after");
  if (value === null) return null;
  if (isPause(Number(value))) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function isPause(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
