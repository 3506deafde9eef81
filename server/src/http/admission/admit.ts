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
  /** Null counts nothing. */
  readonly rateLimiter: RateLimiter | null;
  readonly failures: FailedAuthentications;
  /** Whether pages come over https, and cookies with them. */
  readonly isSecure: boolean;
}

/**
 * The hook before every operation but the open ones: whose key or sign-in is it, and may it ask once more. Throws `unauthenticated`,
 * `forbidden` for a cookie that another's page sends, or `rate_limited`.
 */
export function createAdmission(options: AdmissionOptions) {
  const { rateLimiter } = options;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const credential = credentialOf(request);
    const key = await requireKey(options, credential, { request, reply });
    request.caller = callerOfKey(key);
    await lastOn(options, reply, { ...credential, key });
    if (rateLimiter === null) return;
    const verdict = await rateLimiter.count({ ...request.caller, kind: credential.kind });
    // On the bare response, as a stream of events takes that over.
    for (const [name, value] of Object.entries(rateLimitHeaders(verdict))) reply.raw.setHeader(name, value);
    if (verdict.refusal !== null) throw verdict.refusal;
  };
}

/** Looks a credential up, unless too many bad ones came from its address. Throws `unauthenticated`, `rate_limited`. */
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
    // A page that asks for several things at once would be counted as often each time. An address that somebody opens has no secret to show.
    if (credential.kind === "signIn" && credential.pageSecret !== null) clearSignInCookie(reply, isSecure);
    throw unknownCredential(credential);
  }
  failures.noteGood(tokenHash);
  return key;
}

/** Throws `rate_limited`, and says when to come back, unless there is no refusal. */
export function refuseAfterMany(
  reply: FastifyReply,
  refusal: ReturnType<FailedAuthentications["refusal"]>,
): void {
  if (refusal !== null) refuse(reply, refusal);
}

/** Throws `rate_limited`, and says when to come back. */
export function refuse(
  reply: FastifyReply,
  { error, seconds }: NonNullable<ReturnType<FailedAuthentications["refusal"]>>,
): never {
  reply.raw.setHeader("retry-after", seconds);
  throw error;
}

/** A sign-in that is used lasts longer, and so does its cookie. */
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
