import type { AppError } from "../../base/index.ts";
import type { KeyKind } from "../member/actor.ts";

/** Limits the rate of requests. All servers that use the same database share the counts. */
export interface RateLimiter {
  /**
   * Counts a request for its API key and, if the key is within its limit, for the organization. A request with a
   * sign-in counts only for that sign-in. Concurrent requests to other servers cannot exceed a limit. Throws
   * `unavailable` if the counts cannot be read or updated.
   */
  count(caller: {
    readonly kind: KeyKind;
    readonly apiKeyId: string;
    readonly organizationId: string;
  }): Promise<RateLimitVerdict>;
}

export interface RateLimitVerdict {
  /** Error for a rejected request, or null if the request is admitted. */
  readonly refusal: AppError | null;
  /**
   * Windows of the limits that were checked. If the request is rejected, the last window belongs to the exceeded limit.
   */
  readonly windows: readonly RateLimitWindow[];
}

/** A limit's fixed window: at most `limit` requests in `seconds`. */
export interface RateLimitWindow {
  readonly limit: number;
  readonly seconds: number;
  readonly remaining: number;
  /** Time until the window resets. */
  readonly resetMs: number;
}
