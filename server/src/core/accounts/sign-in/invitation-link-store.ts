/** Lets a person choose a password, once. */
export interface InvitationLink {
  readonly organizationId: string;
  /** The place that it invites to; null for the installation's first person. */
  readonly memberId: string | null;
  readonly expiresAt: Date;
}

export interface InvitationLinkQueries {
  /** Replaces an earlier one for the same place, and deletes what has expired. */
  save(link: InvitationLink, tokenHash: Buffer, now: Date): Promise<void>;
  find(tokenHash: Buffer, now: Date): Promise<InvitationLink | null>;
  /** Gives a link out once, whoever asks at the same time. */
  take(tokenHash: Buffer, now: Date): Promise<InvitationLink | null>;
}
