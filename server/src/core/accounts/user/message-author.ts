export interface MessageAuthor {
  readonly name: string;
  /** Author address of commits. */
  readonly email: string;
  readonly login: string | null;
  readonly avatarUrl: string | null;
}
