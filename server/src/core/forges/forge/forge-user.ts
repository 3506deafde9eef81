/** A person, bot or app, as its forge knows it. */
export interface ForgeUser {
  /** The forge's own, as text; never reused, unlike the login. */
  readonly id: string;
  readonly login: string;
  readonly name: string | null;
  /** Null when the forge keeps it to itself. */
  readonly email: string | null;
  readonly avatarUrl: string | null;
  readonly profileUrl: string | null;
  readonly isBot: boolean;
}
