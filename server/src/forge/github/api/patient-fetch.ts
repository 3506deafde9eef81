import { AppError, type Clock, type Logger, reason } from "../../../core/base/index.ts";
import type { OutboundFetch, OutboundInit } from "../../../outbound/fetch/outbound-fetch.ts";
import { type Backoff, backoffMs } from "../../../runtime/backoff.ts";
import { retry } from "../../../runtime/retry.ts";
import { rateLimitEnd } from "./rate-limit.ts";

const maxTries = 3;
const backoff: Backoff = { firstMs: 250, maxMs: 500 };
/** A limit that ends later than this is told instead of waited for. */
const maxWaitMs = 5000;

interface Means {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Asks again where that may help: a read three times when the network or the forge breaks, anything once more after a rate
 * limit that ends within five seconds. What was refused by a limit has not been done, so a write may be repeated then.
 */
export function patientFetch(inner: OutboundFetch, { clock, log }: Means): OutboundFetch {
  return async (input, init) => {
    const url = new URL(String(input));
    const tries = mayRepeat(url, init) ? maxTries : 1;
    let hasWaited = false;
    const again = (why: string, waitMs: number) => {
      log.warn({ host: url.host, path: url.pathname, why, waitMs }, "GitHub is asked again");
      return waitMs;
    };
    return retry(() => inner(input, init), {
      signal: init?.signal ?? undefined,
      afterError(cause, { number }) {
        // What is refused by ourselves will be refused again.
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

/** Reads, and the minting of a token, which may be minted twice. */
function mayRepeat(url: URL, init: OutboundInit | undefined): boolean {
  return (init?.method ?? "GET") === "GET" || /\/app\/installations\/\d+\/access_tokens$/.test(url.pathname);
}
