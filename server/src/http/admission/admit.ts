import type { FastifyReply, FastifyRequest } from "fastify";
import { hashToken } from "../../core/api-key/create-api-key.ts";
import type { RateLimiter } from "../../core/ports/rate-limiter.ts";
import type { Store } from "../../core/ports/store/store.ts";
import { callerOf, tokenOf, unknownKey } from "./authenticate.ts";
import type { FailedAuthentications } from "./failed-authentications.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";

export interface AdmissionOptions {
  readonly store: Pick<Store, "apiKeys">;
  /** Null counts nothing. */
  readonly rateLimiter: RateLimiter | null;
  readonly failures: FailedAuthentications;
}

/** The hook before every operation: whose key is it, and may it ask once more. Throws `unauthenticated` or `rate_limited`. */
export function createAdmission({ store, rateLimiter, failures }: AdmissionOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const token = tokenOf(request);
    const tokenHash = hashToken(token).toString("hex");
    const refusal = failures.refusal(request.ip, tokenHash);
    if (refusal !== null) {
      reply.raw.setHeader("retry-after", refusal.seconds);
      throw refusal.error;
    }
    const caller = await callerOf(store, token);
    if (caller === null) {
      failures.noteBad(request.ip);
      throw unknownKey();
    }
    failures.noteGood(tokenHash);
    request.caller = caller;
    if (rateLimiter === null) return;
    const verdict = await rateLimiter.count(caller);
    // On the bare response, as a stream of events takes that over.
    for (const [name, value] of Object.entries(rateLimitHeaders(verdict))) reply.raw.setHeader(name, value);
    if (verdict.refusal !== null) throw verdict.refusal;
  };
}
