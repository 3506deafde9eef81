import type { CursorPage, Page } from "../../base/index.ts";
import type { Member, NewMember, Role } from "./member.ts";

export interface MemberQueries {
  /** Throws `conflict` when the organization has one of that address. Repeated, it changes nothing. */
  insert(member: NewMember): Promise<void>;
  find(organizationId: string, id: string): Promise<Member | null>;
  ofUser(organizationId: string, userId: string): Promise<Member | null>;
  /** The place that an admin made for an address. What people say of themselves since does not count. */
  invitedAs(organizationId: string, email: string): Promise<Member | null>;
  /** Every place that the person has, oldest first. */
  allOfUser(userId: string): Promise<Member[]>;
  /** Newest first. `search` is part of a name or an address. */
  list(
    organizationId: string,
    page: CursorPage & { readonly isPending: boolean; readonly search?: string },
  ): Promise<Page<Member>>;
  /** Oldest first, those with a person. In a transaction they are held, so that two cannot take the last one away at once. */
  admins(organizationId: string): Promise<readonly { readonly id: string; readonly userId: string }[]>;
  /** Those with a person. */
  countActive(organizationId: string): Promise<number>;
  /** People and invitations but this one. */
  countOthers(organizationId: string, id: string): Promise<number>;
  setRole(id: string, role: Role): Promise<void>;
  /** Notes that the organization has confirmed an address, which counts while it is the person's own. */
  verifyEmail(id: string, email: string): Promise<void>;
  /** Makes a person of who was invited. */
  join(id: string, userId: string): Promise<void>;
  /** With the MCP connections that only this member could use. */
  delete(id: string): Promise<void>;
  deleteAll(organizationId: string): Promise<void>;
}
