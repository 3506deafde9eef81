export interface MessageAuthor {
  readonly name: string;
  /** Email address for commits. */
  readonly email: string;
  readonly login: string | null;
  readonly avatarUrl: string | null;
}
