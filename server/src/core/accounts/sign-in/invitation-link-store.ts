/** A link with which a person can choose a password, once. */
export interface InvitationLink {
  readonly organizationId: string;
  /** The membership that the link invites to, or null for the first person of the installation. */
  readonly memberId: string | null;
  readonly expiresAt: Date;
}

export interface InvitationLinkQueries {
  /** Saves a link. Replaces an earlier link for the same membership, and deletes expired links. */
  save(link: InvitationLink, tokenHash: Buffer, now: Date): Promise<void>;
  find(tokenHash: Buffer, now: Date): Promise<InvitationLink | null>;
  /** Returns and invalidates a link. Only one of several concurrent callers gets it. */
  take(tokenHash: Buffer, now: Date): Promise<InvitationLink | null>;
}
