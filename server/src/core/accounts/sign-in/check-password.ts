import { AppError } from "../../base/index.ts";
import type { Member } from "../member/member.ts";
import type { AccountsQueries } from "../ports.ts";
import type { Requester } from "./hash-queue.ts";
import type { PasswordHasher } from "./password-hasher.ts";

/**
 * Checks an address and a password, and returns the person's oldest membership. For wrong credentials, does the same
 * amount of work, records a failed sign-in and returns null. Also returns null for a person without a membership.
 * Replaces a hash that has outdated parameters. Throws `rate_limited` if too many passwords are being hashed.
 */
export async function checkPassword(
  store: Pick<AccountsQueries, "passwords" | "members" | "audit">,
  hasher: PasswordHasher,
  { email, password }: { readonly email: string; readonly password: string },
  requester: Requester,
): Promise<(Member & { readonly userId: string }) | null> {
  const known = await store.passwords.findByEmail(email);
  const isRight = await hasher.isRight(password, known?.hash ?? null, requester);
  if (!isRight) await store.audit.recordFailedSignIn(email);
  if (known === null || !isRight) return null;
  if (hasher.isOutdated(known.hash)) {
    const hash = await hasher.hash(password, { isKnown: true, source: known.userId });
    await store.passwords.rehash(known, hash);
  }
  const [member] = await store.members.allOfUser(known.userId);
  return member === undefined ? null : { ...member, userId: known.userId };
}

export const wrongPassword = () =>
  new AppError(
    "unauthenticated",
    "The email address or the password is incorrect. Correct it and try again.",
  );
