import { setTimeout as sleep } from "node:timers/promises";
import { AppError, type Clock, type Logger, reason } from "../../../core/base/index.ts";
import type { OutboundFetch, OutboundInit } from "../../../outbound/fetch/outbound-fetch.ts";
import { rateLimitEnd } from "./rate-limit.ts";

const maxTries = 3;
const firstPauseMs = 250;
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
    const again = async (why: string, waitMs: number) => {
      log.warn({ host: url.host, path: url.pathname, why, waitMs }, "GitHub is asked again");
      await sleep(waitMs, undefined, init?.signal ? { signal: init.signal } : {});
    };
    const response = await withRetries(() => inner(input, init), mayRepeat(url, init) ? maxTries : 1, again);
    const endsAt = rateLimitEnd(response.status, response.headers, clock.now());
    if (endsAt === null) return response;
    const waitMs = endsAt.getTime() - clock.now().getTime();
    if (waitMs > maxWaitMs) return response;
    await again("rate limit", Math.max(waitMs, 0));
    return inner(input, init);
  };
}

/** Reads, and the minting of a token, which may be minted twice. */
function mayRepeat(url: URL, init: OutboundInit | undefined): boolean {
  return (init?.method ?? "GET") === "GET" || /\/app\/installations\/\d+\/access_tokens$/.test(url.pathname);
}

async function withRetries(
  ask: () => Promise<Response>,
  tries: number,
  again: (why: string, waitMs: number) => Promise<void>,
): Promise<Response> {
  for (let nth = 1; ; nth++) {
    let why: string;
    try {
      const response = await ask();
      if (response.status < 500 || nth === tries) return response;
      why = `status ${response.status}`;
    } catch (cause) {
      // What is refused by ourselves will be refused again.
      if (nth === tries || cause instanceof AppError) throw cause;
      why = reason(cause);
    }
    await again(why, firstPauseMs * 2 ** (nth - 1));
  }
}
