import type { IncomingHttpHeaders } from "node:http";
import { retryAfterMs } from "../../core/base/index.ts";
import { type Backoff, backoffMs } from "../../runtime/backoff.ts";

export interface Failure {
  /** Null: there was no answer at all. */
  readonly status: number | null;
  readonly headers: IncomingHttpHeaders;
  /** How often the request was sent, this time included. */
  readonly tries: number;
  readonly maxTries: number;
  /** Since it was sent first. */
  readonly elapsedMs: number;
  readonly nowMs: number;
  /** From 0 to 1. */
  readonly random: number;
}

const retried: ReadonlySet<number> = new Set([429, 500, 502, 503, 504, 529]);

/** A client waits this long at most for the gateway's own patience; then it hears the refusal and decides itself. */
const maxElapsedMs = 60_000;
/** Half of a wait is cut at random, so that sessions that failed together do not come back together. */
const backoff: Backoff = { firstMs: 500, maxMs: 8_000, jitter: 0.5 };

/** How long to wait before the request is sent again, or null to pass the failure on. */
export function decideRetry(failure: Failure): number | null {
  const { status, headers, tries, maxTries, elapsedMs } = failure;
  if (status !== null && !retried.has(status)) return null;
  if (headers["x-should-retry"] === "false" || tries >= maxTries) return null;
  const waitMs = askedWaitMs(headers, failure.nowMs) ?? backoffMs(backoff, tries, failure.random);
  // Coming back sooner than asked for is refused again, so a longer wait is the client's to decide.
  return elapsedMs + waitMs > maxElapsedMs ? null : waitMs;
}

/** `retry-after-ms`, then `retry-after`. Null when neither says something. */
function askedWaitMs(headers: IncomingHttpHeaders, nowMs: number): number | null {
  const milliseconds = String(headers["retry-after-ms"] ?? "").trim();
  return /^\d{1,12}(\.\d+)?$/.test(milliseconds)
    ? Number(milliseconds)
    : retryAfterMs(headers["retry-after"], nowMs);
}
