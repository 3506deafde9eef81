import type { IncomingHttpHeaders } from "node:http";
import { retryAfterMs } from "../../core/base/index.ts";
import { type Backoff, backoffMs } from "../../runtime/backoff.ts";

export interface Failure {
  /** Status of the response, or null if there was none. */
  readonly status: number | null;
  readonly headers: IncomingHttpHeaders;
  /** Number of times that the request was sent, including this time. */
  readonly tries: number;
  readonly maxTries: number;
  /** Time since the request was first sent. */
  readonly elapsedMs: number;
  readonly nowMs: number;
  /** Random number from 0 to 1. */
  readonly random: number;
}

const retried: ReadonlySet<number> = new Set([429, 500, 502, 503, 504, 529]);

/**
 * Maximum time from the first attempt to the start of the last retry. If the next retry would start later, the gateway passes the failure on,
 * and the client decides.
 */
const maxElapsedMs = 60_000;
/** Jitter subtracts up to half of each delay at random so that sessions that failed at the same time do not retry at the same time. */
const backoff: Backoff = { firstMs: 500, maxMs: 8_000, jitter: 0.5 };

/** Returns the delay before the next attempt, in milliseconds, or null to pass the failure on. */
export function decideRetry(failure: Failure): number | null {
  const { status, headers, tries, maxTries, elapsedMs } = failure;
  if (status !== null && !retried.has(status)) return null;
  if (headers["x-should-retry"] === "false" || tries >= maxTries) return null;
  const waitMs = askedWaitMs(headers, failure.nowMs) ?? backoffMs(backoff, tries, failure.random);
  // A retry before the requested time would be rejected again, so the gateway leaves a longer delay to the client.
  return elapsedMs + waitMs > maxElapsedMs ? null : waitMs;
}

/** Returns the delay that `retry-after-ms` or otherwise `retry-after` requests, in milliseconds, or null if neither is usable. */
function askedWaitMs(headers: IncomingHttpHeaders, nowMs: number): number | null {
  const milliseconds = String(headers["retry-after-ms"] ?? "").trim();
  return /^\d{1,12}(\.\d+)?$/.test(milliseconds)
    ? Number(milliseconds)
    : retryAfterMs(headers["retry-after"], nowMs);
}
