export interface PasswordQueries {
  /** Whether anybody has a password. */
  isAnySet(): Promise<boolean>;
  findByEmail(email: string): Promise<Password | null>;
  findOf(userId: string): Promise<Password | null>;
  /** In the place of the person's former one. Throws `conflict` when another person signs in with the address. */
  save(password: Password): Promise<void>;
  /** Replaces a hash of the same password, unless the password was changed meanwhile. */
  rehash(known: Password, hash: string): Promise<void>;
  /** Throws as `save` does. Without a password it changes nothing. */
  changeEmail(userId: string, email: string): Promise<void>;
  delete(userId: string): Promise<void>;
}

export interface Password {
  readonly userId: string;
  /** Signs in; no two people have the same, in small letters. */
  readonly email: string;
  /** As `PasswordHasher` makes it. */
  readonly hash: string;
}
