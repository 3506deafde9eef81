/**
 * Role of a member. An `admin` may do everything in the organization. The HTTP layer's table lists what a `member` may
 * not do.
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
   * True if an admin created the account with an API key and no person has claimed it with an invitation link. Admins may
   * create more keys for such an account.
   */
  readonly isManaged: boolean;
  readonly name: string | null;
  readonly role: Role;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Initial fields of a membership. The other fields are set later. */
export type NewMember = Omit<Member, "name" | "isEmailVerified" | "isManaged">;

/** Placeholder address of a person who has not set an address. It receives no mail and appears in no commit. */
export const unknownEmail = "admin@users.noreply.localhost";
