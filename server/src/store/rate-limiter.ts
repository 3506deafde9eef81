import type pg from "pg";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import type { RateLimiter, RateLimitVerdict, RateLimitWindow } from "../core/accounts/index.ts";
import { AppError, withReason } from "../core/base/index.ts";

export interface RateLimiterOptions {
  readonly pool: pg.Pool;
  /** 0 disables the limit. */
  readonly perKeyPerMinute: number;
  /** 0 disables the limit. */
  readonly perSignInPerMinute: number;
  /** 0 disables the limit. */
  readonly perOrganizationPerHour: number;
}

/**
 * Creates a rate limiter that counts requests in the database. After a limit is exceeded, rejects further requests
 * without a query until the window ends. Returns null if all limits are disabled.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter | null {
  const { pool, perKeyPerMinute, perSignInPerMinute, perOrganizationPerHour } = options;
  const counters = [
    perSignInPerMinute > 0 && {
      kind: "signIn",
      count: createCounter(pool, { name: "signIn", limit: perSignInPerMinute, seconds: 60 }),
      idOf: (caller: Caller) => caller.apiKeyId,
      whose: "The sign-in",
      period: "minute",
    },
    perKeyPerMinute > 0 && {
      kind: "key",
      count: createCounter(pool, { name: "key", limit: perKeyPerMinute, seconds: 60 }),
      idOf: (caller: Caller) => caller.apiKeyId,
      whose: "The API key",
      period: "minute",
    },
    perOrganizationPerHour > 0 && {
      kind: "key",
      count: createCounter(pool, { name: "organization", limit: perOrganizationPerHour, seconds: 3_600 }),
      idOf: (caller: Caller) => caller.organizationId,
      whose: "The organization",
      period: "hour",
    },
  ].filter((counter) => counter !== false);
  if (counters.length === 0) return null;
  return {
    async count(caller): Promise<RateLimitVerdict> {
      const windows: RateLimitWindow[] = [];
      // Counts sequentially, so that a request that exceeds its key's limit does not count toward the organization's
      // limit.
      for (const { kind, count, idOf, whose, period } of counters) {
        if (kind !== caller.kind) continue;
        const { isOver, window } = await count(idOf(caller));
        windows.push(window);
        if (!isOver) continue;
        const seconds = Math.ceil(window.resetMs / 1000);
        const sentence = `${whose} has used its ${window.limit} requests for this ${period}. Try again in ${seconds} s.`;
        return { refusal: new AppError("rate_limited", sentence), windows };
      }
      return { refusal: null, windows };
    },
  };
}

type Caller = Parameters<RateLimiter["count"]>[0];

function createCounter(
  pool: pg.Pool,
  { name, limit, seconds }: { readonly name: string; readonly limit: number; readonly seconds: number },
) {
  const limiter = new RateLimiterPostgres({
    storeClient: pool,
    storeType: "pool",
    tableName: "rate_limits",
    // A migration creates the table.
    tableCreated: true,
    keyPrefix: name,
    points: limit,
    duration: seconds,
    // The value is the limit plus one, because the library rejects requests without a query once the count reaches this value. With the limit
    // itself, it would reject the last allowed request.
    inMemoryBlockOnConsumed: limit + 1,
  });
  return async (id: string): Promise<{ readonly isOver: boolean; readonly window: RateLimitWindow }> => {
    const { isOver, state } = await consume(limiter, id);
    const resetMs = Math.max(1, state.msBeforeNext);
    return { isOver, window: { limit, seconds, remaining: isOver ? 0 : state.remainingPoints, resetMs } };
  };
}

/**
 * Counts a request. The library rejects with its state if the limit is exceeded, and with an error if it cannot count. Throws `unavailable` in the
 * second case.
 */
async function consume(limiter: RateLimiterPostgres, id: string) {
  try {
    return { isOver: false, state: await limiter.consume(id) };
  } catch (cause) {
    if (cause instanceof RateLimiterRes) return { isOver: true, state: cause };
    throw new AppError("unavailable", withReason("Requests could not be counted", cause), { cause });
  }
}
