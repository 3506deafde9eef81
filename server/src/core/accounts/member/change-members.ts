import { AppError, newId, refuseNul } from "../../base/index.ts";
import type { AccountsPorts, AccountsTransaction } from "../ports.ts";
import { getMember } from "./get-member.ts";
import type { Member, NewMember, Role } from "./member.ts";

type MemberPorts = Pick<AccountsPorts, "store" | "clock">;
type Place = Pick<Member, "organizationId" | "id">;

/** Maximum number of members and invitations per organization. */
const maxMembers = 1_000;

type Whom = Pick<Member, "email" | "role">;

/**
 * Invites a person. Throws `invalid_input` if the address contains a NUL character, or `conflict` if the address
 * already has a membership or an invitation in the organization, or if the organization has too many of them.
 */
export async function inviteMember(ports: MemberPorts, organizationId: string, whom: Whom): Promise<Member> {
  const invitation = newInvitation(ports, organizationId, whom);
  await ports.store.transaction(async (tx) => {
    await tx.organizations.lock(organizationId);
    await addInvitation(tx, invitation);
  });
  return { ...invitation, name: null, isEmailVerified: false, isManaged: false };
}

/**
 * Builds an invitation, which is a member without a user. Throws `invalid_input` if the address contains a NUL
 * character.
 */
export function newInvitation(
  { clock }: Pick<AccountsPorts, "clock">,
  organizationId: string,
  { email, role }: Whom,
): NewMember {
  refuseNul("emailAddress", email);
  const at = clock.now();
  const dates = { createdAt: at, updatedAt: at };
  return { id: newId(at.getTime()), organizationId, userId: null, email, role, ...dates };
}

/**
 * Inserts an invitation. Requires a transaction that holds the organization's lock. Throws the same `conflict` errors
 * as `inviteMember`.
 */
export async function addInvitation(tx: AccountsTransaction, invitation: NewMember): Promise<void> {
  if ((await tx.members.countOthers(invitation.organizationId, invitation.id)) >= maxMembers)
    throw new AppError(
      "conflict",
      `An organization can have at most ${maxMembers} people and invitations. Remove some that are no longer needed.`,
    );
  await tx.members.insert(invitation);
}

/**
 * Records, also in the audit log, that the organization has confirmed that the address belongs to the person. `email`
 * is the address that the admin saw. Throws `not_found` if the member does not exist, or `conflict` if the person has
 * since changed the address or the invitation has not been accepted.
 */
export async function confirmAddress({ store }: MemberPorts, place: Place, email: string): Promise<Member> {
  return store.transaction(async (tx) => {
    const member = await getMember(tx, place.organizationId, place.id);
    if (member.userId === null || member.email.toLowerCase() !== email.toLowerCase())
      throw new AppError(
        "conflict",
        `This person's email address is no longer ${email}. Reload the member list.`,
      );
    await tx.members.verifyEmail(member.id, email);
    await tx.audit.record({
      organizationId: place.organizationId,
      action: "address.confirmed",
      object: { kind: "member", id: member.id, name: email },
    });
    return getMember(tx, place.organizationId, place.id);
  });
}

/** Revokes the person's sign-ins to the organization. Throws `not_found` if the member does not exist. */
export async function endSignIns({ store }: MemberPorts, place: Place): Promise<void> {
  const { userId } = await getMember(store, place.organizationId, place.id);
  if (userId !== null) await store.signIns.revokeIn(place.organizationId, userId);
}

/**
 * Revokes one of the person's sign-ins to the organization. Throws `not_found` if the member or the sign-in does not
 * exist.
 */
export async function endSignIn({ store }: MemberPorts, place: Place, signInId: string): Promise<void> {
  const { organizationId } = place;
  const { userId } = await getMember(store, organizationId, place.id);
  if (userId !== null && (await store.signIns.revokeOne({ organizationId, userId, id: signInId }))) return;
  throw new AppError("not_found", `This person has no sign-in ${signInId}. List the sign-ins again.`);
}

/**
 * Changes a member's role. Throws `not_found` if the member does not exist, or `conflict` if no admin would be left.
 */
export async function changeRole({ store }: MemberPorts, place: Place, role: Role): Promise<Member> {
  return store.transaction(async (tx) => {
    const member = await getMember(tx, place.organizationId, place.id);
    if (role === "member") await requireAnotherAdmin(tx, member);
    if (role !== member.role) await tx.members.setRole(member.id, role);
    return getMember(tx, place.organizationId, place.id);
  });
}

/**
 * Removes a member. In the organization, also revokes the person's keys and sign-ins and deletes their personal MCP
 * connections. Throws `not_found` if the member does not exist, or `conflict` if no admin would be left.
 */
export async function removeMember({ store }: MemberPorts, place: Place): Promise<void> {
  // Reads the member outside the transaction, so that the removal succeeds even if the transaction is retried after a
  // commit whose response was lost.
  const member = await getMember(store, place.organizationId, place.id);
  await store.transaction((tx) => leave(tx, member));
}

/**
 * Removes a member as part of a transaction, in the same way as `removeMember`. Throws `conflict` if no admin would be
 * left.
 */
export async function leave(tx: AccountsTransaction, member: Member): Promise<void> {
  await requireAnotherAdmin(tx, member);
  if (member.userId !== null) {
    await tx.apiKeys.revokeOf(member.organizationId, member.userId);
  }
  await tx.members.delete(member.id);
}

async function requireAnotherAdmin(tx: AccountsTransaction, member: Member): Promise<void> {
  const admins = await tx.members.admins(member.organizationId);
  if (admins.length !== 1 || admins[0]!.id !== member.id) return;
  throw new AppError(
    "conflict",
    "This is the last admin of the organization. Make another member an admin first, or delete the organization.",
  );
}
