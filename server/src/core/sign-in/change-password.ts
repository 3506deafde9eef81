import { AppError } from "../errors.ts";
import type { Ports } from "../ports/index.ts";
import { unknownEmail } from "../user/user.ts";
import type { PasswordHasher } from "./password-hasher.ts";

/**
 * Gives the person a password in the place of the current one, which they must know; their other sign-ins end. Throws `forbidden` for a wrong
 * one, `invalid_input` without an address to sign in with, and `conflict` when another person signs in with it.
 */
export async function changePassword(
  { store }: Pick<Ports, "store">,
  hasher: PasswordHasher,
  change: {
    readonly userId: string;
    /** The key or the sign-in that asks. */
    readonly apiKeyId: string;
    readonly current: string | null;
    readonly next: string;
  },
): Promise<void> {
  const { userId, apiKeyId, current, next } = change;
  const known = await store.passwords.findOf(userId);
  if (known !== null && !(await hasher.isRight(current ?? "", known.hash)))
    throw new AppError("forbidden", "The current password is not right; correct it and try again.");
  const email = known?.email ?? (await store.users.find(userId))?.email ?? unknownEmail;
  if (email === unknownEmail)
    throw new AppError(
      "invalid_input",
      "You have no address to sign in with; set your e-mail address first.",
    );
  const hash = await hasher.hash(next);
  await store.transaction(async (tx) => {
    await tx.users.lock(userId);
    await tx.passwords.save({ userId, email, hash });
    await tx.signIns.revokeOthers(userId, apiKeyId);
  });
}
