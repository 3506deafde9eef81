import { AppError, newId, refuseNul } from "../../base/index.ts";
import { hashToken } from "../api-key/create-api-key.ts";
import type { Member } from "../member/member.ts";
import type { AccountsPorts, AccountsTransaction } from "../ports.ts";
import type { InvitationLink } from "./invitation-link-store.ts";
import type { PasswordHasher } from "./password-hasher.ts";

interface Newcomer {
  readonly token: string;
  readonly name: string;
  /**
   * Email address for signing in. It counts as confirmed if the invitation has the same address, or if the link is the
   * setup link.
   */
  readonly email: string;
  readonly password: string;
}

type Place = Pick<Member, "role"> & { readonly userId: string };

/**
 * Sets the name, address and password of the person who opens an invitation link, and makes an invited person a member.
 * Throws `invalid_input` if the name contains a NUL character. Throws `gone` if the link is unknown, used or expired,
 * if its membership no longer exists, or if it is the setup link and any person has a password. Throws `conflict` if a
 * person already owns the account, or if another person signs in with the address. Throws `rate_limited` if too many
 * passwords are being hashed.
 */
export async function acceptInvitation(
  { store, clock }: Pick<AccountsPorts, "store" | "clock">,
  hasher: PasswordHasher,
  { token, name, email, password }: Newcomer,
): Promise<Pick<Member, "organizationId" | "role"> & { readonly userId: string }> {
  refuseNul("name", name);
  const tokenHash = hashToken(token);
  // Checks the link before the expensive hash, so that requests without a valid link do not trigger a hash.
  if ((await store.invitationLinks.find(tokenHash, clock.now())) === null) throw gone();
  const hash = await hasher.hash(password, { isKnown: true, source: tokenHash.toString("hex") });
  return store.transaction(async (tx) => {
    const now = clock.now();
    const link = await tx.invitationLinks.take(tokenHash, now);
    if (link === null) throw gone();
    await tx.organizations.lock(link.organizationId);
    const { userId, role } = await takePlace(tx, link, { email, now });
    await tx.users.lock(userId);
    const user = await tx.users.find(userId);
    if (user === null) throw gone();
    await tx.users.update({ ...user, name, email, updatedAt: now });
    await tx.passwords.save({ userId, email, hash });
    return { organizationId: link.organizationId, userId, role };
  });
}

const gone = () =>
  new AppError("gone", "This link is invalid, already used or more than 24 hours old. Ask for a new one.");

/**
 * Returns the membership that the link refers to. Creates a user for an invitation, and transfers a managed account to
 * the person. Never looks up users by address.
 */
async function takePlace(
  tx: AccountsTransaction,
  { organizationId, memberId }: InvitationLink,
  { email, now }: { readonly email: string; readonly now: Date },
): Promise<Place> {
  if (memberId === null) return firstPlace(tx, organizationId, email);
  const member = await tx.members.find(organizationId, memberId);
  if (member === null) throw gone();
  const { role } = member;
  if (member.userId === null) {
    const userId = newId();
    const dates = { createdAt: now, updatedAt: now };
    await tx.users.insert({ id: userId, email: null, name: null, onboarding: null, settings: {}, ...dates });
    await tx.members.join(member.id, userId);
    await tx.members.verifyEmail(member.id, member.email);
    return { userId, role };
  }
  if (!member.isManaged) throw new AppError("conflict", "This account already exists. Sign in.");
  await takeOver(tx, member.userId);
  return { userId: member.userId, role };
}

/**
 * Transfers ownership of the account to the person. Revokes all of its keys and sign-ins, because others may know the
 * keys.
 */
async function takeOver(tx: AccountsTransaction, userId: string): Promise<void> {
  await tx.users.setManagedBy(userId, null);
  for (const { organizationId } of await tx.members.allOfUser(userId))
    await tx.apiKeys.revokeOf(organizationId, userId);
}

/**
 * Returns the first admin's membership and marks the address as confirmed, because only the operator has this link.
 * Throws `gone` if any person has a password or there is no admin.
 */
async function firstPlace(tx: AccountsTransaction, organizationId: string, email: string): Promise<Place> {
  const [admin] = await tx.members.admins(organizationId);
  if (admin === undefined || (await tx.passwords.isAnySet())) throw gone();
  await tx.members.verifyEmail(admin.id, email);
  return { userId: admin.userId, role: "admin" };
}
