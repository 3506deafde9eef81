export interface MessageAuthor {
  readonly name: string;
  /** What commits are authored with. */
  readonly email: string;
  readonly login: string | null;
  readonly avatarUrl: string | null;
}
