import type { AppError } from "../../base/index.ts";
import type { KeyKind } from "../member/actor.ts";

/** Bounds how many requests may be made. Every server of one database counts together. */
export interface RateLimiter {
  /**
   * Counts one request of a key, and of its organization when the key may still make it. What a person's pages ask for by themselves
   * counts for that sign-in alone. Never over the limit by what other servers admit meanwhile. Throws `unavailable` when the counts
   * cannot be reached.
   */
  count(caller: {
    readonly kind: KeyKind;
    readonly apiKeyId: string;
    readonly organizationId: string;
  }): Promise<RateLimitVerdict>;
}

export interface RateLimitVerdict {
  /** Null admits the request. */
  readonly refusal: AppError | null;
  /** Of the limits that are on; the one that refused is the last. */
  readonly windows: readonly RateLimitWindow[];
}

/** A fixed window of one limit: `limit` requests in `seconds`. */
export interface RateLimitWindow {
  readonly limit: number;
  readonly seconds: number;
  readonly remaining: number;
  /** Until the count begins anew. */
  readonly resetMs: number;
}
