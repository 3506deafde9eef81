/** A person who is signed in with a browser: an API key that only a cookie carries. */
export interface SignIn {
  readonly id: string;
  readonly organizationId: string;
  readonly userId: string;
  /** What the browser said of itself. */
  readonly userAgent: string | null;
  /** IP address of the client that signed in; null when it is unknown. */
  readonly address: string | null;
  /** The key that it was made with, and ends with; null when a password was entered. */
  readonly madeByKeyId: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date;
}
