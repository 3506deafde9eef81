import { AppError, refuseNul } from "../../base/index.ts";
import type { Actor } from "../member/actor.ts";
import { leave } from "../member/change-members.ts";
import { type AccountActor, requireOwnAccount } from "../member/require-own-account.ts";
import type { AccountsPorts, AccountsTransaction } from "../ports.ts";
import { getSelf } from "./get-user.ts";
import { mergeSettings } from "./merge-settings.ts";
import type { User } from "./user.ts";

type UserPorts = Pick<AccountsPorts, "store" | "clock">;

const maxSettingsBytes = 256 * 1024;

/**
 * Updates a person's profile. A new address requires a credential that `requireOwnAccount` accepts, and an
 * organization's confirmation of the earlier address does not apply to it. Throws the errors of `getSelf` and
 * `requireOwnAccount`. Also throws `invalid_input` if the name or the address contains a NUL character, or `conflict`
 * if another person signs in with the address.
 */
export async function updateUser(
  ports: UserPorts,
  actor: AccountActor,
  id: string,
  change: Partial<Pick<User, "name" | "email" | "onboarding">>,
): Promise<User> {
  for (const field of ["name", "email"] as const) refuseNul(field, change[field] ?? null);
  const { store, clock } = ports;
  return store.transaction(async (tx) => {
    const known = await lockSelf(tx, actor, id);
    const user = { ...known, ...change, updatedAt: clock.now() };
    if (user.email !== known.email) await requireOwnAccount({ store: tx, clock }, actor);
    await tx.users.update(user);
    if (user.email !== null) await tx.passwords.changeEmail(user.id, user.email);
    return user;
  });
}

/**
 * Merges preferences into the stored preferences. Throws the errors of `getSelf`, or `invalid_input` if all preferences
 * together would exceed 256 KiB.
 */
export async function updateUserSettings(
  { store, clock }: UserPorts,
  actor: Actor,
  id: string,
  change: User["settings"],
): Promise<User["settings"]> {
  return store.transaction(async (tx) => {
    const user = await lockSelf(tx, actor, id);
    const settings = mergeSettings(user.settings, change);
    if (Buffer.byteLength(JSON.stringify(settings)) > maxSettingsBytes)
      throw new AppError(
        "invalid_input",
        `The preferences would exceed ${maxSettingsBytes} bytes in total. Remove or shorten some of them.`,
      );
    await tx.users.update({ ...user, settings, updatedAt: clock.now() });
    return settings;
  });
}

/**
 * Returns the actor's own user, and locks it until the transaction ends. Otherwise, a concurrent change would write back
 * the fields that this transaction changes. Throws the errors of `getSelf`.
 */
async function lockSelf(tx: AccountsTransaction, actor: Actor, id: string): Promise<User> {
  await tx.users.lock(actor.userId);
  return getSelf(tx, actor, id);
}

/**
 * Removes the person from every organization and deletes their personal data. Their messages and actions remain. Throws
 * the errors of `getSelf` and `requireOwnAccount`, or `conflict` if an organization would have no admin left.
 */
export async function deleteUser(ports: UserPorts, actor: AccountActor, id: string): Promise<User> {
  const { store } = ports;
  const user = await getSelf(store, actor, id);
  await requireOwnAccount(ports, actor);
  await store.transaction(async (tx) => {
    for (const member of await tx.members.allOfUser(user.id)) await leave(tx, member);
    // In this order, because the other changes to a person lock the user before the password.
    await tx.users.lock(user.id);
    await tx.passwords.delete(user.id);
    await tx.users.forget(user.id);
  });
  return user;
}
