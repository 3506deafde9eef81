/** A person, bot or app, as its forge knows it. */
export interface ForgeUser {
  /** The forge's own id, as text. Unlike the login, it is never reused. */
  readonly id: string;
  readonly login: string;
  readonly name: string | null;
  /** Email address, or null if the forge does not reveal it. */
  readonly email: string | null;
  readonly avatarUrl: string | null;
  readonly profileUrl: string | null;
  readonly isBot: boolean;
}
