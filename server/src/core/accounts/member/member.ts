/** `admin` may do everything in its organization; what a `member` may not is the HTTP layer's table. */
export type Role = "admin" | "member";

/** A person's place in an organization, or an invitation to one. */
export interface Member {
  readonly id: string;
  readonly organizationId: string;
  /** Null until the first key is made for who was invited. */
  readonly userId: string | null;
  /** The person's own, once there is one. */
  readonly email: string;
  /** The organization has confirmed that the address is the person's. It counts in this organization alone. */
  readonly isEmailVerified: boolean;
  /** An admin made the account with a key and may make more, as nobody has taken it over by an invitation link. */
  readonly isManaged: boolean;
  readonly name: string | null;
  readonly role: Role;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a place begins with; the rest is said or confirmed later. */
export type NewMember = Omit<Member, "name" | "isEmailVerified" | "isManaged">;

/** Stands for the address of a person who has given none: no mail goes there, and no commit carries it. */
export const unknownEmail = "admin@users.noreply.localhost";
