import type { Role } from "../../../member/member.ts";

/** Lets a person choose a password, once. */
export interface WelcomeLink {
  readonly organizationId: string;
  /** Who was invited; null for the installation's first person. */
  readonly email: string | null;
  readonly role: Role;
  readonly expiresAt: Date;
}

export interface WelcomeLinkQueries {
  /** In the place of an earlier one for the same person; what has expired is deleted. */
  save(link: WelcomeLink, tokenHash: Buffer, now: Date): Promise<void>;
  find(tokenHash: Buffer, now: Date): Promise<WelcomeLink | null>;
  /** Gives a link out once, whoever asks at the same time. */
  take(tokenHash: Buffer, now: Date): Promise<WelcomeLink | null>;
}
