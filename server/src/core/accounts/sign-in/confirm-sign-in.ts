import { AppError } from "../../base/index.ts";
import type { AccountActor } from "../member/require-own-account.ts";
import type { AccountsPorts } from "../ports.ts";
import type { PasswordHasher } from "./password-hasher.ts";

/**
 * Checks the person's password. Records the time in this sign-in and returns it. Throws `forbidden` for an API key or a
 * wrong password, `conflict` for a person without a password, or `rate_limited` if too many passwords are being hashed.
 */
export async function confirmSignIn(
  { store, clock }: Pick<AccountsPorts, "store" | "clock">,
  hasher: PasswordHasher,
  { kind, userId, apiKeyId }: Pick<AccountActor, "kind" | "userId"> & { readonly apiKeyId: string },
  password: string,
): Promise<Date> {
  if (kind === "key")
    throw new AppError("forbidden", "An API key has no password to confirm. Sign in first.");
  const known = await store.passwords.findOf(userId);
  if (known === null) throw new AppError("conflict", "You have no password yet. Set one first.");
  if (!(await hasher.isRight(password, known.hash, { isKnown: true, source: userId })))
    throw new AppError("forbidden", "The password is incorrect. Correct it and try again.");
  const at = clock.now();
  await store.signIns.confirm(apiKeyId, at);
  return at;
}
