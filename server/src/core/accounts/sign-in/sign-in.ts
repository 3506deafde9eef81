/** A person's authenticated browser session. It is similar to an API key, but is sent only in a cookie. */
export interface SignIn {
  readonly id: string;
  readonly organizationId: string;
  readonly userId: string;
  /** `User-Agent` header of the browser, truncated to 300 characters, or null if there was none. */
  readonly userAgent: string | null;
  /** IP address of the client that signed in, or null if unknown. */
  readonly address: string | null;
  /**
   * ID of the API key that created the sign-in, or null if the person entered or set a password. Revoking the key also
   * revokes the sign-in.
   */
  readonly madeByKeyId: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date;
}
