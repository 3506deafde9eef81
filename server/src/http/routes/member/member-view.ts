import type { MemberAccount, OrganizationMember } from "@tembo/contract";
import type { Member, Role } from "../../../core/accounts/index.ts";

export const roleView = (role: Role) => `org:${role}` as const;
export const roleOf = (role: OrganizationMember["role"]): Role => (role === "org:admin" ? "admin" : "member");

export function memberView(member: Member): OrganizationMember {
  return {
    id: member.id,
    userId: member.userId,
    emailAddress: member.email,
    ...namesOf(member.name),
    imageUrl: null,
    role: roleView(member.role),
    status: member.userId === null ? "pending" : "active",
    createdAt: member.createdAt.toISOString(),
    updatedAt: member.updatedAt.toISOString(),
  };
}

export const accountView = ({ id, isEmailVerified, isManaged }: Member): MemberAccount => ({
  memberId: id,
  emailVerified: isEmailVerified,
  isManaged,
});

/** Splits a name, which users enter in a single field. The last of several words counts as the family name. */
function namesOf(name: string | null): Pick<OrganizationMember, "firstName" | "lastName"> {
  const words = name?.trim().split(/\s+/) ?? [];
  const lastName = words.length > 1 ? words.pop()! : null;
  return { firstName: words.join(" ") || null, lastName };
}
