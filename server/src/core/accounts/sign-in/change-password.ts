import { AppError } from "../../base/index.ts";
import { unknownEmail } from "../member/member.ts";
import { type AccountActor, requireOwnAccount } from "../member/require-own-account.ts";
import type { AccountsPorts } from "../ports.ts";
import type { PasswordHasher } from "./password-hasher.ts";

/**
 * Changes a person's password, revokes their other sign-ins and forgets their known browsers. The requesting sign-in
 * counts as confirmed. A person who has a password must provide it.
 *
 * A person normally sets their first password with an invitation link. Without a link, the account must not be managed,
 * and the credential must belong to the first of the person's organizations. Throws `forbidden` if one of these
 * conditions is not met or the current password is wrong. Throws `invalid_input` if there is no address to sign in
 * with, or `conflict` if another person signs in with it. Throws `rate_limited` if too many passwords are being hashed.
 */
export async function changePassword(
  ports: Pick<AccountsPorts, "store" | "clock" | "log">,
  hasher: PasswordHasher,
  /** `apiKeyId` is the key or the sign-in that makes the request. */
  actor: AccountActor & { readonly apiKeyId: string },
  { current, next }: { readonly current: string | null; readonly next: string },
): Promise<void> {
  const { store, clock } = ports;
  const { userId, apiKeyId } = actor;
  const requester = { isKnown: true, source: userId };
  const known = await store.passwords.findOf(userId);
  if (known === null) await requireFirstPassword(ports, actor);
  else if (!(await hasher.isRight(current ?? "", known.hash, requester)))
    throw new AppError("forbidden", "The current password is incorrect. Correct it and try again.");
  const email = known?.email ?? (await store.users.find(userId))?.email ?? unknownEmail;
  if (email === unknownEmail)
    throw new AppError("invalid_input", "You have no email address to sign in with. Set one first.");
  const hash = await hasher.hash(next, requester);
  await store.transaction(async (tx) => {
    await tx.users.lock(userId);
    await tx.passwords.save({ userId, email, hash });
    await tx.knownBrowsers.forget(userId);
    await tx.signIns.revokeOthers(userId, apiKeyId);
    await tx.signIns.confirm(apiKeyId, clock.now());
  });
  if (known === null)
    ports.log.warn(
      { userId, apiKeyId, kind: actor.kind },
      "a first password was set without an invitation link",
    );
}

async function requireFirstPassword(
  ports: Pick<AccountsPorts, "store" | "clock">,
  actor: AccountActor,
): Promise<void> {
  if ((await ports.store.users.managedBy(actor.userId)) !== null)
    throw new AppError(
      "forbidden",
      "You cannot set a first password, because an admin manages the API keys of your account. Ask an admin for an invitation link.",
    );
  await requireOwnAccount(ports, actor);
}
