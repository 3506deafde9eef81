import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Ports } from "../ports/index.ts";
import type { Transaction } from "../ports/store/store.ts";
import { refuseNul } from "../refuse-nul.ts";
import { findMember } from "./find-member.ts";
import type { Member, Role } from "./member.ts";

type MemberPorts = Pick<Ports, "store" | "clock">;
type Place = Pick<Member, "organizationId" | "id">;

/** As many people and invitations may an organization have. */
const maxMembers = 1_000;

/** Throws `conflict` when there is one of that address, or there are too many. */
export async function inviteMember(
  { store, clock }: MemberPorts,
  organizationId: string,
  { email, role }: Pick<Member, "email" | "role">,
): Promise<Member> {
  refuseNul("emailAddress", email);
  const at = clock.now();
  const member = {
    id: newId(at.getTime()),
    organizationId,
    userId: null,
    email,
    role,
    createdAt: at,
    updatedAt: at,
  };
  await store.transaction(async (tx) => {
    await tx.organizations.lock(organizationId);
    if ((await tx.members.countOthers(organizationId, member.id)) >= maxMembers)
      throw new AppError(
        "conflict",
        `An organization has at most ${maxMembers} people and invitations; remove some that are not needed.`,
      );
    await tx.members.insert(member);
  });
  return { ...member, name: null };
}

/** Throws `not_found`, and `conflict` when no admin would be left. */
export async function changeRole({ store }: MemberPorts, place: Place, role: Role): Promise<Member> {
  return store.transaction(async (tx) => {
    const member = await findMember(tx, place.organizationId, place.id);
    if (role === "member") await requireAnotherAdmin(tx, member);
    if (role !== member.role) await tx.members.setRole(member.id, role);
    return findMember(tx, place.organizationId, place.id);
  });
}

/** With the person's keys and MCP connections in the organization. Throws `not_found`, and `conflict` when no admin would be left. */
export async function removeMember({ store }: MemberPorts, place: Place): Promise<void> {
  // Looked for apart: a removal that is repeated after a lost connection has succeeded too.
  const member = await findMember(store, place.organizationId, place.id);
  await store.transaction((tx) => leave(tx, member));
}

/** In a transaction. Throws `conflict` when no admin would be left. */
export async function leave(tx: Transaction, member: Member): Promise<void> {
  await requireAnotherAdmin(tx, member);
  if (member.userId !== null) {
    await tx.apiKeys.revokeOf(member.organizationId, member.userId);
    await tx.mcpConnections.deletePersonal(member.organizationId, member.userId);
  }
  await tx.members.delete(member.id);
}

async function requireAnotherAdmin(tx: Transaction, member: Member): Promise<void> {
  const admins = await tx.members.admins(member.organizationId);
  if (admins.length !== 1 || admins[0]!.id !== member.id) return;
  throw new AppError(
    "conflict",
    "This is the last admin of the organization; make somebody else an admin first, or delete the organization.",
  );
}
