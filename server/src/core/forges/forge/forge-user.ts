/** A person, bot or app on a forge. */
export interface ForgeUser {
  /** The forge's own ID, as a string. Unlike the login, it is never reused. */
  readonly id: string;
  readonly login: string;
  readonly name: string | null;
  /** Email address, or null if the forge does not disclose it. */
  readonly email: string | null;
  readonly avatarUrl: string | null;
  readonly profileUrl: string | null;
  readonly isBot: boolean;
}
