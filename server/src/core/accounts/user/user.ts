/**
 * A person. Their address is unverified in each organization until the organization confirms it
 * (`Member.isEmailVerified`).
 */
export interface User {
  readonly id: string;
  /** Address, or null if the person was deleted. */
  readonly email: string | null;
  readonly name: string | null;
  /** Answers to the vendor's onboarding questions, stored for clients that read them. */
  readonly onboarding: Readonly<Record<string, unknown>> | null;
  /** The vendor's preferences that the person has set. Only `defaultAgent` takes effect. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Returns the address that commits contain instead of an unconfirmed address. */
export const noReplyAddress = (userId: string): string => `${userId}@users.noreply.localhost`;
