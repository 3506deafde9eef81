import { AppError, newId, refuseNul } from "../../base/index.ts";
import { hashToken } from "../api-key/create-api-key.ts";
import type { Member } from "../member/member.ts";
import type { AccountsPorts, AccountsTransaction } from "../ports.ts";
import type { InvitationLink } from "./invitation-link-store.ts";
import type { PasswordHasher } from "./password-hasher.ts";

interface Newcomer {
  readonly token: string;
  readonly name: string;
  /** Signs in. It is the confirmed one where the invitation names the same. */
  readonly email: string;
  readonly password: string;
}

type Place = Pick<Member, "role"> & { readonly userId: string };

/**
 * Gives the person of a link a name, an address and a password; who was invited becomes a member with it. Throws `gone` for a link that is
 * unknown, used or expired, and `conflict` when the place is another person's, or another one signs in with the address.
 */
export async function acceptInvitation(
  { store, clock }: Pick<AccountsPorts, "store" | "clock">,
  hasher: PasswordHasher,
  { token, name, email, password }: Newcomer,
): Promise<Pick<Member, "organizationId" | "role"> & { readonly userId: string }> {
  refuseNul("name", name);
  const tokenHash = hashToken(token);
  // Asked before the work of a hash, which nobody gets without a link.
  if ((await store.welcomeLinks.find(tokenHash, clock.now())) === null) throw gone();
  const hash = await hasher.hash(password, { isKnown: true, source: tokenHash.toString("hex") });
  return store.transaction(async (tx) => {
    const now = clock.now();
    const link = await tx.welcomeLinks.take(tokenHash, now);
    if (link === null) throw gone();
    await tx.organizations.lock(link.organizationId);
    const { userId, role } = await takePlace(tx, link, { email, now });
    const user = await tx.users.find(userId);
    if (user === null) throw gone();
    await tx.users.update({ ...user, name, email, updatedAt: now });
    await tx.passwords.save({ userId, email, hash });
    return { organizationId: link.organizationId, userId, role };
  });
}

const gone = () =>
  new AppError("gone", "This link is unknown, was used already or is older than a day; ask for another one.");

/** The link names the place. Nobody is looked up by an address. */
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
  if (!member.isManaged) throw new AppError("conflict", "Somebody has this account already; sign in.");
  await takeOver(tx, member.userId);
  return { userId: member.userId, role };
}

/** The account is a person's own from here on: keys that others have seen, and sign-ins made with them, end. */
async function takeOver(tx: AccountsTransaction, userId: string): Promise<void> {
  await tx.users.setManagedBy(userId, null);
  for (const { organizationId } of await tx.members.allOfUser(userId))
    await tx.apiKeys.revokeOf(organizationId, userId);
}

/** The operator alone has the link, and says with it what the address is. */
async function firstPlace(tx: AccountsTransaction, organizationId: string, email: string): Promise<Place> {
  const [admin] = await tx.members.admins(organizationId);
  if (admin === undefined || (await tx.passwords.isAnySet())) throw gone();
  await tx.members.verifyEmail(admin.id, email);
  return { userId: admin.userId, role: "admin" };
}
