import { randomBytes } from "node:crypto";
import { AppError, newId } from "../../base/index.ts";
import { hashToken } from "../api-key/create-api-key.ts";
import type { AccountsPorts, AccountsTransaction } from "../ports.ts";
import { firstExpiry } from "./decide-expiry.ts";
import type { SignIn } from "./sign-in.ts";

/** Maximum number of valid sign-ins per person. */
export const maxSignIns = 20;
const maxUserAgentLength = 300;

type Wanted = Pick<SignIn, "organizationId" | "userId" | "userAgent" | "address" | "madeByKeyId">;

export interface NewSignIn {
  readonly signIn: SignIn;
  /** Token for the cookie. The server stores only its hash. */
  readonly token: string;
  /**
   * The page stores this secret for its own origin. Browsers send a cookie to every port of a host, so the cookie alone
   * is not sufficient.
   */
  readonly pageSecret: string;
}

/**
 * Signs a person in and revokes the oldest sign-ins beyond `maxSignIns`. Throws `unauthenticated` if the API key used
 * to sign in was revoked in the meantime.
 */
export function createSignIn(
  ports: Pick<AccountsPorts, "store" | "clock">,
  wanted: Wanted,
): Promise<NewSignIn> {
  return ports.store.transaction((tx) => saveSignIn(tx, ports.clock.now(), wanted));
}

async function saveSignIn(tx: AccountsTransaction, now: Date, wanted: Wanted): Promise<NewSignIn> {
  const { organizationId, userId, userAgent, address, madeByKeyId } = wanted;
  const token = `tembo_session_${randomBytes(32).toString("base64url")}`;
  const pageSecret = randomBytes(32).toString("base64url");
  const signIn = {
    id: newId(now.getTime()),
    organizationId,
    userId,
    userAgent: userAgent?.slice(0, maxUserAgentLength) ?? null,
    address,
    madeByKeyId,
    createdAt: now,
    lastUsedAt: null,
    expiresAt: firstExpiry(now),
  };
  if (madeByKeyId !== null && !(await tx.apiKeys.lock(madeByKeyId)))
    throw new AppError("unauthenticated", "The API key was revoked. Use another key.");
  await tx.users.lock(userId);
  await tx.signIns.insert(signIn, { token: hashToken(token), pageSecret: hashToken(pageSecret) });
  await tx.signIns.keepNewest(userId, maxSignIns);
  return { signIn, token, pageSecret };
}
