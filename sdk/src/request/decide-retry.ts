/** Facts about a failed attempt. Status and headers are undefined if no response arrived. */
export interface FailedAttempt {
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  /** Number of retries before this attempt. */
  readonly retriesDone: number;
  /** True if sending the request twice has the same effect as sending it once. */
  readonly isRepeatable: boolean;
}

export type RetryDecision =
  | { readonly isRetried: false }
  | { readonly isRetried: true; readonly delayMs: number };

/**
 * Maximum delay that the client accepts from the server. If the server requests a longer delay, the client throws the
 * error. The caller can then decide when to retry.
 */
const longestWaitMs = 60_000;

/**
 * Decides whether to retry, and after what delay.
 *
 * Statuses 408 and 429 are retried for every request, because the server has not processed the request. A repeatable
 * request is also retried after status 409, after status 500 or higher and after a failure without a response. The
 * `x-should-retry` header overrides these rules. Nothing is retried after `maxRetries` retries, or if the server
 * requests a delay of more than a minute.
 *
 * The delay is the value of `retry-after-ms` or `retry-after` (seconds or an HTTP date). Without these headers, it
 * doubles from half a second up to eight seconds. `random` (0 to 1) then removes up to a quarter, so that many clients
 * do not retry at the same time.
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
