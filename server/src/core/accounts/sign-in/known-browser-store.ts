/**
 * Queries for browsers in which a person has entered the correct password. A browser is identified by the SHA-256 of a
 * token. Browsers are deleted when the password is changed or deleted.
 */
export interface KnownBrowserQueries {
  /**
   * Inserts a browser, and deletes all but the person's newest `keep` browsers. Does nothing if the person has no
   * password.
   */
  insert(userId: string, tokenHash: Buffer, keep: number): Promise<void>;
  /** True if the token belongs to a browser of the person who signs in with the address. */
  belongsTo(email: string, tokenHash: Buffer): Promise<boolean>;
  /** Deletes all browsers of the person. */
  forget(userId: string): Promise<void>;
}
