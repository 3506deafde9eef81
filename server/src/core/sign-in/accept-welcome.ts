import { hashToken } from "../api-key/create-api-key.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Member } from "../member/member.ts";
import type { Ports } from "../ports/index.ts";
import type { WelcomeLink } from "../ports/store/organization/welcome-link.ts";
import type { Transaction } from "../ports/store/store.ts";
import { refuseNul } from "../refuse-nul.ts";
import type { PasswordHasher } from "./password-hasher.ts";

interface Newcomer {
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/**
 * Gives the person of a link a name, an address and a password; who was invited becomes a member with it. Throws `gone` for a link that is
 * unknown, used or expired, and `conflict` when the person has a password, or another one signs in with the address.
 */
export async function acceptWelcome(
  { store, clock }: Pick<Ports, "store" | "clock">,
  hasher: PasswordHasher,
  { token, name, email, password }: Newcomer,
): Promise<Pick<Member, "organizationId" | "role"> & { readonly userId: string }> {
  refuseNul("name", name);
  const tokenHash = hashToken(token);
  // Asked before the work of a hash, which nobody gets without a link.
  if ((await store.welcomeLinks.find(tokenHash, clock.now())) === null) throw gone();
  const hash = await hasher.hash(password);
  return store.transaction(async (tx) => {
    const now = clock.now();
    const link = await tx.welcomeLinks.take(tokenHash, now);
    if (link === null) throw gone();
    await tx.organizations.lock(link.organizationId);
    const { userId, role } = await personOf(tx, link, { email, now });
    const user = await tx.users.find(userId);
    if (user === null) throw gone();
    await tx.users.update({ ...user, name, email, updatedAt: now });
    await tx.passwords.save({ userId, email, hash });
    return { organizationId: link.organizationId, userId, role };
  });
}

const gone = () =>
  new AppError("gone", "This link is unknown, was used already or is older than a day; ask for another one.");

async function personOf(
  tx: Transaction,
  link: WelcomeLink,
  newcomer: { readonly email: string; readonly now: Date },
): Promise<{ readonly userId: string; readonly role: Member["role"] }> {
  if (link.email === null) {
    const [admin] = await tx.members.admins(link.organizationId);
    if (admin === undefined || (await tx.passwords.isAnySet())) throw gone();
    return { userId: admin.userId, role: "admin" };
  }
  const { organizationId } = link;
  const known = await tx.members.ofEmail(organizationId, link.email);
  if (known !== null && known.userId !== null) {
    if ((await tx.passwords.findOf(known.userId)) === null) return { userId: known.userId, role: known.role };
    throw new AppError("conflict", `${link.email} has a password already; sign in with it.`);
  }
  const userId = newId();
  const dates = { createdAt: newcomer.now, updatedAt: newcomer.now };
  const { email } = newcomer;
  await tx.users.insert({ id: userId, email, name: null, onboarding: null, settings: {}, ...dates });
  if (known !== null) {
    await tx.members.join(known.id, userId);
    return { userId, role: known.role };
  }
  await tx.members.insert({
    id: newId(),
    organizationId,
    userId,
    email: link.email,
    role: link.role,
    ...dates,
  });
  return { userId, role: link.role };
}
