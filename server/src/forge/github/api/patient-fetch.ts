import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Fetch } from "./bounded-fetch.ts";
import { rateLimitEnd } from "./rate-limit.ts";

const maxTries = 3;
const firstPauseMs = 250;
/** A limit that ends later than this is told instead of waited for. */
const maxWaitMs = 5000;

/**
 * Asks again where that may help: a read three times when the network or the forge breaks, anything once more after a rate
 * limit that ends within five seconds. What was refused by a limit has not been done, so a write may be repeated then.
 */
export function patientFetch(inner: Fetch, clock: Clock): Fetch {
  return async (url, init) => {
    const tries = mayRepeat(String(url), init) ? maxTries : 1;
    const response = await withRetries(() => inner(url, init), tries, init?.signal);
    const endsAt = rateLimitEnd(response.status, response.headers, clock.now());
    if (endsAt === null) return response;
    const waitMs = endsAt.getTime() - clock.now().getTime();
    if (waitMs > maxWaitMs) return response;
    await pause(Math.max(waitMs, 0), init?.signal);
    return inner(url, init);
  };
}

/** Reads, and the minting of a token, which may be minted twice. */
function mayRepeat(url: string, init: RequestInit | undefined): boolean {
  return (init?.method ?? "GET") === "GET" || /\/app\/installations\/\d+\/access_tokens$/.test(url);
}

async function withRetries(
  ask: () => Promise<Response>,
  tries: number,
  signal: AbortSignal | null | undefined,
): Promise<Response> {
  for (let left = tries - 1; ; left--) {
    try {
      const response = await ask();
      if (response.status < 500 || left === 0) return response;
    } catch (cause) {
      if (left === 0 || signal?.aborted) throw cause;
    }
    await pause(firstPauseMs * 2 ** (tries - 1 - left), signal);
  }
}

async function pause(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {});
}
