import { randomBytes } from "node:crypto";
import { AppError } from "../../base/index.ts";
import type { AccountsPorts } from "../ports.ts";
import type { PasswordHasher } from "./password-hasher.ts";
import type { Password } from "./password-store.ts";

/** Number of random bytes of a generated password. */
const passwordBytes = 18;

/**
 * Replaces a person's password with a generated one, revokes all of their sign-ins and forgets their known browsers. The audit log
 * attributes the change to the server. Throws `not_found` if no person signs in with the address.
 */
export async function resetPassword(
  { store }: Pick<AccountsPorts, "store">,
  hasher: PasswordHasher,
  email: string,
): Promise<{ readonly email: string; readonly password: string }> {
  const known = await store.passwords.findByEmail(email);
  if (known === null) throw await unknownPerson(store, email);
  const password = randomBytes(passwordBytes).toString("base64url");
  const hash = await hasher.hash(password, { isKnown: true, source: known.userId });
  const saved = await store.transaction(async (tx): Promise<Password | null> => {
    await tx.users.lock(known.userId);
    const current = await tx.passwords.findOf(known.userId);
    if (current === null) return null;
    await tx.passwords.save({ ...current, hash });
    await tx.knownBrowsers.forget(known.userId);
    await tx.signIns.revokeOthers(known.userId, null);
    return current;
  });
  if (saved === null) throw await unknownPerson(store, email);
  return { email: saved.email, password };
}

async function unknownPerson(store: Pick<AccountsPorts["store"], "passwords">, email: string) {
  const next = (await store.passwords.isAnySet())
    ? `Correct the address. If the person has no password yet, run "tembo user invite ${email}".`
    : "No person has a password yet. The server prints a setup link at each start.";
  return new AppError("not_found", `No person signs in with ${email}. ${next}`);
}
