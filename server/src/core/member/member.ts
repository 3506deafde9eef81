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
  readonly name: string | null;
  readonly role: Role;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
