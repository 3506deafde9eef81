/** A single-use link with which a person can set a password. */
export interface InvitationLink {
  readonly organizationId: string;
  /** Membership that the link is for, or null for the first person of the installation. */
  readonly memberId: string | null;
  readonly expiresAt: Date;
}

export interface InvitationLinkQueries {
  /** Saves a link. Replaces an earlier link for the same membership, and deletes expired links. */
  save(link: InvitationLink, tokenHash: Buffer, now: Date): Promise<void>;
  find(tokenHash: Buffer, now: Date): Promise<InvitationLink | null>;
  /**
   * Deletes and returns a link, or returns null if it is unknown or expired. Of several concurrent callers, only one
   * receives the link.
   */
  take(tokenHash: Buffer, now: Date): Promise<InvitationLink | null>;
}
