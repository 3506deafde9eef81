export interface PasswordQueries {
  /** Whether anybody has a password. */
  isAnySet(): Promise<boolean>;
}
