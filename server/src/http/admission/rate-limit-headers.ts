import type { RateLimitVerdict } from "../../core/accounts/index.ts";

/**
 * Returns no headers if no limit applies to the caller. Otherwise returns `ratelimit-limit`, `-remaining` and `-reset` (in seconds) for the
 * window with the fewest remaining requests, or for the window that refused the request. Also returns `ratelimit-policy` with all windows,
 * as in draft-ietf-httpapi-ratelimit-headers-06. Client libraries read these three plain numbers, but few read the structured field of
 * later drafts. For a rejected request, also returns `retry-after` (RFC 9110, 10.2.3).
 */
export function rateLimitHeaders({ windows, refusal }: RateLimitVerdict): Record<string, string> {
  if (windows.length === 0) return {};
  const tightest =
    refusal === null
      ? windows.reduce((tight, window) => (window.remaining < tight.remaining ? window : tight))
      : windows.at(-1)!;
  const seconds = String(Math.ceil(tightest.resetMs / 1000));
  return {
    "ratelimit-limit": String(tightest.limit),
    "ratelimit-remaining": String(tightest.remaining),
    "ratelimit-reset": seconds,
    "ratelimit-policy": windows.map((window) => `${window.limit};w=${window.seconds}`).join(", "),
    ...(refusal !== null && { "retry-after": seconds }),
  };
}
