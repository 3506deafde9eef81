import type { AppError } from "../../base/index.ts";
import type { KeyKind } from "../member/actor.ts";

/** Limits the rate of requests. All servers of one database share the counts. */
export interface RateLimiter {
  /**
   * Counts one request of an API key, and of its organization if the key is within its limit. A request of a sign-in
   * counts only for that sign-in. Concurrent requests at other servers never cause a limit to be exceeded. Throws
   * `unavailable` if the counts cannot be reached.
   */
  count(caller: {
    readonly kind: KeyKind;
    readonly apiKeyId: string;
    readonly organizationId: string;
  }): Promise<RateLimitVerdict>;
}

export interface RateLimitVerdict {
  /** The error for a rejected request, or null if the request is admitted. */
  readonly refusal: AppError | null;
  /** Windows of the active limits. If a request is rejected, the last one is the limit that was exceeded. */
  readonly windows: readonly RateLimitWindow[];
}

/** A fixed window of one limit: at most `limit` requests in `seconds`. */
export interface RateLimitWindow {
  readonly limit: number;
  readonly seconds: number;
  readonly remaining: number;
  /** Time until the window resets. */
  readonly resetMs: number;
}
