import type { FastifyReply, FastifyRequest } from "fastify";
import { decideExpiry, type GoodKey, hashToken, type RateLimiter } from "../../core/accounts/index.ts";
import type { Clock } from "../../core/base/index.ts";
import type { Store } from "../../core/ports.ts";
import { type Credential, callerOfKey, credentialOf, findKey, unknownCredential } from "./authenticate.ts";
import type { FailedAuthentications } from "./failed-authentications.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import { clearSignInCookie, setSignInCookie } from "./sign-in-cookie.ts";

export interface AdmissionOptions {
  readonly store: Pick<Store, "apiKeys" | "signIns">;
  readonly clock: Clock;
  /** Limits requests, or null for no limit. */
  readonly rateLimiter: RateLimiter | null;
  readonly failures: FailedAuthentications;
  /** True if another process of this installation has counted the request and forwarded it over this connection. */
  readonly isForwarded?: (connection: object) => boolean;
  /** True if pages are served over HTTPS, so that cookies are also sent only over HTTPS. */
  readonly isSecure: boolean;
}

/**
 * Creates the hook that runs before every operation that requires authentication. The hook authenticates the key or sign-in, extends the sign-in if
 * necessary, and counts the request. It throws `unauthenticated` if the credential is missing or not valid, `rate_limited` if a limit is exceeded, or
 * `forbidden` if another site's page sent the cookie.
 */
export function createAdmission(options: AdmissionOptions) {
  const { rateLimiter } = options;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const credential = credentialOf(request);
    const key = await requireKey(options, credential, { request, reply });
    request.caller = callerOfKey(key);
    await lastOn(options, reply, { ...credential, key });
    if (rateLimiter === null || options.isForwarded?.(request.raw.socket) === true) return;
    const verdict = await rateLimiter.count({ ...request.caller, kind: credential.kind });
    // Sets the headers on the raw response, because event streams bypass Fastify's reply.
    for (const [name, value] of Object.entries(rateLimitHeaders(verdict))) reply.raw.setHeader(name, value);
    if (verdict.refusal !== null) throw verdict.refusal;
  };
}

/**
 * Creates the hook that counts each further session of a request with several attempts as a request. It throws
 * `rate_limited` if a limit is exceeded, so that no session is created.
 */
export function createAttemptCount({
  rateLimiter,
  isForwarded,
}: Pick<AdmissionOptions, "rateLimiter" | "isForwarded">) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { attempts } = (request.body ?? {}) as { readonly attempts?: unknown };
    if (rateLimiter === null || !Array.isArray(attempts) || isForwarded?.(request.raw.socket) === true)
      return;
    const { kind } = credentialOf(request);
    for (const _ of attempts.slice(1)) {
      const verdict = await rateLimiter.count({ ...request.caller, kind });
      for (const [name, value] of Object.entries(rateLimitHeaders(verdict))) reply.raw.setHeader(name, value);
      if (verdict.refusal !== null) throw verdict.refusal;
    }
  };
}

/**
 * Returns the key of a credential, unless the client's address has sent too many invalid credentials. Counts an invalid credential, and clears the
 * cookie of an invalid sign-in. Throws `unauthenticated` if the credential is not valid, or `rate_limited` if the address has sent too many.
 */
export async function requireKey(
  { store, failures, isSecure }: Pick<AdmissionOptions, "store" | "failures" | "isSecure">,
  credential: Credential,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<GoodKey> {
  const tokenHash = hashToken(credential.token).toString("hex");
  refuseAfterMany(reply, failures.refusal(request.ip, tokenHash));
  const key = await findKey(store, credential);
  if (key === null) {
    failures.noteBad(request.ip);
    // Clears the cookie. Otherwise, a page that sends several requests at the same time would cause several failures. Does not clear it
    // after a navigation, which sends no page secret.
    if (credential.kind === "signIn" && credential.pageSecret !== null) clearSignInCookie(reply, isSecure);
    throw unknownCredential(credential);
  }
  failures.noteGood(tokenHash);
  return key;
}

/** Throws `rate_limited` and sets `retry-after` if `refusal` is not null. */
export function refuseAfterMany(
  reply: FastifyReply,
  refusal: ReturnType<FailedAuthentications["refusal"]>,
): void {
  if (refusal !== null) refuse(reply, refusal);
}

/** Throws `rate_limited` and sets `retry-after`. */
export function refuse(
  reply: FastifyReply,
  { error, seconds }: NonNullable<ReturnType<FailedAuthentications["refusal"]>>,
): never {
  reply.raw.setHeader("retry-after", seconds);
  throw error;
}

/** Extends a sign-in that is in use, and its cookie, if this adds at least a day. */
async function lastOn(
  { store, clock, isSecure }: AdmissionOptions,
  reply: FastifyReply,
  { token, key }: { readonly token: string; readonly key: GoodKey },
): Promise<void> {
  if (key.expiresAt === null) return;
  const now = clock.now();
  const expiresAt = decideExpiry(key.expiresAt, now);
  if (expiresAt === null) return;
  await store.signIns.extend(key.id, expiresAt);
  setSignInCookie(reply, { token, maxAgeMs: expiresAt.getTime() - now.getTime(), isSecure });
}
