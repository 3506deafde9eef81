/** Browsers in which a person has entered their right password, by the SHA-256 of a token. They go with the password. */
export interface KnownBrowserQueries {
  /** Forgets the person's oldest beyond `keep`. Without a password it changes nothing. */
  insert(userId: string, tokenHash: Buffer, keep: number): Promise<void>;
  /** Whether the token is of a browser of the person who signs in with the address. */
  isOf(email: string, tokenHash: Buffer): Promise<boolean>;
  /** Forgets all of the person's. */
  forget(userId: string): Promise<void>;
}
