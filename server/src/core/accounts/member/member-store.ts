import type { CursorPage, Page } from "../../base/index.ts";
import type { Member, NewMember, Role } from "./member.ts";

export interface MemberQueries {
  /**
   * Inserts a member or an invitation. Idempotent. Throws `conflict` if the organization has another with this address.
   */
  insert(member: NewMember): Promise<void>;
  find(organizationId: string, id: string): Promise<Member | null>;
  ofUser(organizationId: string, userId: string): Promise<Member | null>;
  /** Finds the member that an admin invited under this address, even if the person has since changed the address. */
  invitedAs(organizationId: string, email: string): Promise<Member | null>;
  /** Returns all memberships of the user, oldest first. */
  allOfUser(userId: string): Promise<Member[]>;
  /**
   * Lists users or, if `isPending` is true, invitations, newest first. `search` matches part of a name or an address.
   */
  list(
    organizationId: string,
    page: CursorPage & { readonly isPending: boolean; readonly search?: string },
  ): Promise<Page<Member>>;
  /**
   * Returns the admins that are users, oldest first. In a transaction, also locks them, so that two transactions cannot
   * remove the last admins concurrently.
   */
  admins(organizationId: string): Promise<readonly { readonly id: string; readonly userId: string }[]>;
  /** Counts the members that are users, excluding invitations. */
  countActive(organizationId: string): Promise<number>;
  /** Counts the organization's members and invitations other than `id`. */
  countOthers(organizationId: string, id: string): Promise<number>;
  setRole(id: string, role: Role): Promise<void>;
  /**
   * Records that the organization has confirmed an address. The confirmation is valid while the person keeps that
   * address.
   */
  verifyEmail(id: string, email: string): Promise<void>;
  /** Links an invitation to a user. Does nothing if the invitation already has a user. */
  join(id: string, userId: string): Promise<void>;
  /** Deletes the member and their personal MCP connections in the organization. */
  delete(id: string): Promise<void>;
  deleteAll(organizationId: string): Promise<void>;
}
