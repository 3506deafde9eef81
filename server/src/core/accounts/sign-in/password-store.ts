export interface PasswordQueries {
  /** True if any person has a password. */
  isAnySet(): Promise<boolean>;
  findByEmail(email: string): Promise<Password | null>;
  findOf(userId: string): Promise<Password | null>;
  /**
   * Saves a password, replacing the person's previous one. Throws `conflict` if another person signs in with the
   * address.
   */
  save(password: Password): Promise<void>;
  /** Replaces a hash of the same password, unless the password was changed in the meantime. */
  rehash(known: Password, hash: string): Promise<void>;
  /** Changes the address for signing in. Does nothing if the person has no password. Throws the errors of `save`. */
  changeEmail(userId: string, email: string): Promise<void>;
  delete(userId: string): Promise<void>;
}

export interface Password {
  readonly userId: string;
  /** Email address for signing in. Unique, ignoring case. */
  readonly email: string;
  /** Hash in the format of `PasswordHasher`. */
  readonly hash: string;
}
