/** A person. The address is what they say; an organization may have confirmed it (`Member.isEmailVerified`). */
export interface User {
  readonly id: string;
  /** Null once the person was deleted. */
  readonly email: string | null;
  readonly name: string | null;
  /** The vendor's questions to new people; kept for those who ask. */
  readonly onboarding: Readonly<Record<string, unknown>> | null;
  /** The vendor's preferences that were set; of them `defaultAgent` takes effect here. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Stands in commits for an address that was not confirmed. */
export const noReplyAddress = (userId: string): string => `${userId}@users.noreply.localhost`;
