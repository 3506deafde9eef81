/**
 * Role of a member. A `member` may not perform the operations in the HTTP layer's table `adminsAlone`. In addition, the
 * core restricts access to some objects, such as other people's API keys, to admins (see `requireAdmin`).
 */
export type Role = "admin" | "member";

/** A person's membership in an organization, or an invitation to one. */
export interface Member {
  readonly id: string;
  readonly organizationId: string;
  /** User ID, or null for an invitation that has not been accepted and has no API key. */
  readonly userId: string | null;
  /** The user's address, or the invited address while there is no user. */
  readonly email: string;
  /**
   * True if the organization has confirmed that the address belongs to the person. Other organizations do not rely on
   * this.
   */
  readonly isEmailVerified: boolean;
  /**
   * True if an admin of the organization created the account with an API key and no person has claimed it with an
   * invitation link. Admins of the organization may create more keys for such an account.
   */
  readonly isManaged: boolean;
  readonly name: string | null;
  readonly role: Role;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Stored fields of a membership. The other fields of `Member` depend on its user. */
export type NewMember = Omit<Member, "name" | "isEmailVerified" | "isManaged">;

/** Placeholder address of a person who has not set an address. It receives no mail and appears in no commit. */
export const unknownEmail = "admin@users.noreply.localhost";
