import { AppError } from "../../base/index.ts";
import { unknownEmail } from "../member/member.ts";
import { type AccountActor, requireOwnAccount } from "../member/require-own-account.ts";
import type { AccountsPorts } from "../ports.ts";
import type { PasswordHasher } from "./password-hasher.ts";

/**
 * Gives the person a password in the place of the current one, which they must know; their other sign-ins end. A first password is chosen
 * by an invitation link. Without one it is only chosen for an account that nobody manages, with a credential of its first organization. Throws
 * `forbidden`, `invalid_input` without an address to sign in with, and `conflict` when another person signs in with it.
 */
export async function changePassword(
  ports: Pick<AccountsPorts, "store" | "clock" | "log">,
  hasher: PasswordHasher,
  /** `apiKeyId` is the key or the sign-in that asks. */
  actor: AccountActor & { readonly apiKeyId: string },
  { current, next }: { readonly current: string | null; readonly next: string },
): Promise<void> {
  const { store, clock } = ports;
  const { userId, apiKeyId } = actor;
  const requester = { isKnown: true, source: userId };
  const known = await store.passwords.findOf(userId);
  if (known === null) await requireFirstPassword(ports, actor);
  else if (!(await hasher.isRight(current ?? "", known.hash, requester)))
    throw new AppError("forbidden", "The current password is not right; correct it and try again.");
  const email = known?.email ?? (await store.users.find(userId))?.email ?? unknownEmail;
  if (email === unknownEmail)
    throw new AppError(
      "invalid_input",
      "You have no address to sign in with; set your e-mail address first.",
    );
  const hash = await hasher.hash(next, requester);
  await store.transaction(async (tx) => {
    await tx.users.lock(userId);
    await tx.passwords.save({ userId, email, hash });
    await tx.knownBrowsers.forget(userId);
    await tx.signIns.revokeOthers(userId, apiKeyId);
    await tx.signIns.confirm(apiKeyId, clock.now());
  });
  if (known === null)
    ports.log.warn({ userId, apiKeyId, kind: actor.kind }, "a first password was chosen without a link");
}

async function requireFirstPassword(
  ports: Pick<AccountsPorts, "store" | "clock">,
  actor: AccountActor,
): Promise<void> {
  if ((await ports.store.users.managedBy(actor.userId)) !== null)
    throw new AppError(
      "forbidden",
      "An admin made the API key of this account; ask one for an invitation link to choose a password with.",
    );
  await requireOwnAccount(ports, actor);
}
