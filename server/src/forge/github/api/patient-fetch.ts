import { AppError, type Clock, type Logger, reason } from "../../../core/base/index.ts";
import type { OutboundFetch, OutboundInit } from "../../../outbound/fetch/outbound-fetch.ts";
import { type Backoff, backoffMs } from "../../../runtime/backoff.ts";
import { retry } from "../../../runtime/retry.ts";
import { rateLimitEnd } from "./rate-limit.ts";

const maxTries = 3;
const backoff: Backoff = { firstMs: 250, maxMs: 500 };
/** Maximum time to wait for a rate limit. A longer wait results in an error. */
const maxWaitMs = 5000;

interface Means {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Wraps a fetch to retry requests that can succeed later. After network errors and server errors, sends reads and token requests up to three
 * times. After a rate limit that resets within five seconds, retries any request once. Even a write can be repeated then, because GitHub does
 * not execute rate-limited requests.
 */
export function patientFetch(inner: OutboundFetch, { clock, log }: Means): OutboundFetch {
  return async (input, init) => {
    const url = new URL(String(input));
    const tries = mayRepeat(url, init) ? maxTries : 1;
    let hasWaited = false;
    const again = (why: string, waitMs: number) => {
      log.warn({ host: url.host, path: url.pathname, why, waitMs }, "retrying a request to GitHub");
      return waitMs;
    };
    return retry(() => inner(input, init), {
      signal: init?.signal ?? undefined,
      afterError(cause, { number }) {
        // A retry cannot fix an error from Tembo's own outbound checks.
        if (number >= tries || hasWaited || cause instanceof AppError) return null;
        return again(reason(cause), backoffMs(backoff, number));
      },
      afterResult({ status, headers }, { number }) {
        if (hasWaited) return null;
        if (status >= 500 && number < tries) return again(`status ${status}`, backoffMs(backoff, number));
        const endsAt = rateLimitEnd(status, headers, clock.now());
        const waitMs = endsAt === null ? null : endsAt.getTime() - clock.now().getTime();
        if (waitMs === null || waitMs > maxWaitMs) return null;
        hasWaited = true;
        return again("rate limit", Math.max(waitMs, 0));
      },
    });
  };
}

/** True for reads, and for requests that create a token, because they are safe to repeat. */
function mayRepeat(url: URL, init: OutboundInit | undefined): boolean {
  return (init?.method ?? "GET") === "GET" || /\/app\/installations\/\d+\/access_tokens$/.test(url.pathname);
}
