import type pg from "pg";
import type { RateLimiter, RateLimitVerdict } from "../../core/accounts/index.ts";
import { AppError, minuteMs, withReason } from "../../core/base/index.ts";
import { RateCounter } from "./rate-counter.ts";
import { RateCounters } from "./rate-counters.ts";
import { changeCounts, deleteCounts } from "./stored-counts.ts";

/** Interval between two deletions of ended windows. */
const deleteEveryMs = 5 * minuteMs;
/** Age from which an ended window is deleted. The clocks of two servers differ by less. */
const endedMs = 60 * minuteMs;
/**
 * Maximum number of statements for which a request waits. The first one is not enough if another server, whose clock is
 * ahead, has started the next window, or if other requests used the points that were returned meanwhile.
 */
const maxStatements = 3;

export interface RateLimiterOptions {
  readonly pool: Pick<pg.Pool, "query">;
  /** 0 disables the limit. */
  readonly perKeyPerMinute: number;
  /** 0 disables the limit. */
  readonly perSignInPerMinute: number;
  /** 0 disables the limit. */
  readonly perOrganizationPerHour: number;
  readonly now?: () => number;
}

export interface StoredRateLimiter extends RateLimiter {
  /**
   * Reserves as many requests as were used since the last call, and returns the rest of the reservations. Must run about
   * every second.
   */
  writeBack(): Promise<void>;
  /** Returns all reservations, because this server stops. */
  returnAll(): Promise<void>;
  /** Number of counters in memory. */
  readonly size: number;
}

/**
 * Creates a rate limiter whose counts are in the database. It reserves requests in advance, and admits them without a
 * statement (ADR 52). Returns null if all limits are disabled.
 */
export function createRateLimiter(options: RateLimiterOptions): StoredRateLimiter | null {
  const { pool, now = Date.now } = options;
  const rules = rulesOf(options);
  if (rules.length === 0) return null;
  const counters = new RateCounters({ change: (changes, at) => changeCounts(pool, changes, at), now });
  let deleteAt = now() + deleteEveryMs;
  return {
    async count(caller) {
      const counts = rules
        .filter(({ kind }) => kind === caller.kind)
        .map((rule) => {
          const { name, limit, seconds } = rule;
          const key = `${name}:${rule.idOf(caller)}`;
          return { rule, counter: counters.get(key, () => new RateCounter({ key, limit, seconds })) };
        });
      // The same time throughout, so that no window ends between the statement and the verdict.
      const at = now();
      for (let statements = 0; ; statements += 1) {
        const answers = counts.map(({ counter }) => counter.answerAt(at, statements > 0));
        const mustWait = answers.includes("unknown") && !answers.includes("refuse");
        if (!mustWait || statements === maxStatements) return decide(counts, answers, at);
        // Also claims the points that exist, because other requests could use them during the statement.
        for (const { counter } of counts) counter.waiting += 1;
        try {
          await counters.reserve(counts.map(({ counter }) => counter));
        } catch (cause) {
          throw new AppError("unavailable", withReason("Requests could not be counted", cause), { cause });
        } finally {
          // Nothing may run between this and the next answers, or another statement could return the points.
          for (const { counter } of counts) counter.waiting -= 1;
        }
      }
    },
    async writeBack() {
      await counters.writeBack("surplus");
      if (now() < deleteAt) return;
      deleteAt = now() + deleteEveryMs;
      await deleteCounts(pool, now() - endedMs);
    },
    returnAll: () => counters.writeBack("all"),
    get size() {
      return counters.size;
    },
  };
}

type Caller = Parameters<RateLimiter["count"]>[0];

function rulesOf({ perKeyPerMinute, perSignInPerMinute, perOrganizationPerHour }: RateLimiterOptions) {
  const idOfKey = (caller: Caller) => caller.apiKeyId;
  const perMinute = { seconds: 60, idOf: idOfKey, period: "minute" };
  return [
    { ...perMinute, kind: "signIn", name: "signIn", limit: perSignInPerMinute, whose: "The sign-in" },
    { ...perMinute, kind: "key", name: "key", limit: perKeyPerMinute, whose: "The API key" },
    {
      kind: "key",
      name: "organization",
      limit: perOrganizationPerHour,
      seconds: 3_600,
      idOf: (caller: Caller) => caller.organizationId,
      whose: "The organization",
      period: "hour",
    },
  ].filter(({ limit }) => limit > 0);
}

type Answer = ReturnType<RateCounter["answerAt"]>;

interface Count {
  readonly rule: ReturnType<typeof rulesOf>[number];
  readonly counter: RateCounter;
}

/** Counts the request everywhere, or nowhere if a limit is exceeded. */
function decide(counts: readonly Count[], answers: readonly Answer[], now: number): RateLimitVerdict {
  if (answers.every((answer) => answer === "admit")) {
    for (const { counter } of counts) counter.take();
    return { refusal: null, windows: counts.map(({ counter }) => counter.windowAt(now)) };
  }
  const over = answers.indexOf(answers.includes("refuse") ? "refuse" : "unknown");
  const windows = counts.slice(0, over + 1).map(({ counter }) => counter.windowAt(now));
  const { rule } = counts[over]!;
  const window = windows.at(-1)!;
  const seconds = Math.ceil(window.resetMs / 1000);
  const sentence = `${rule.whose} has used its ${rule.limit} requests for this ${rule.period}. Try again in ${seconds} s.`;
  return {
    refusal: new AppError("rate_limited", sentence),
    windows: [...windows.slice(0, -1), { ...window, remaining: 0 }],
  };
}
