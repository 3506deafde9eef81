/**
 * A way back from a forge that is open for a while, once. It is for the person who began: whoever else holds the state must not connect
 * their account by it.
 */
export interface SetupState {
  /** SHA-256 of the state. */
  readonly hash: Buffer;
  readonly integrationId: string;
  readonly beginner: SetupBeginner;
  readonly purpose: "oauth" | "appManifest" | "appInstallation";
  /** Where the person goes in the end; null for a page of ours. */
  readonly returnUrl: string | null;
  readonly expiresAt: Date;
}

export interface SetupBeginner {
  readonly userId: string;
  /** SHA-256 of a token that the browser of the person keeps; null where no browser began, as with an API key. */
  readonly browserHash: Buffer | null;
}
