/**
 * A single-use state of an authorization in progress, with an expiry time. The state is bound to the browser and the
 * person that started the authorization. A person who uses it in another browser must first confirm that they started
 * the authorization.
 */
export interface SetupState {
  /** SHA-256 of the state. */
  readonly hash: Buffer;
  readonly integrationId: string;
  readonly beginner: SetupBeginner;
  readonly purpose: "oauth" | "appManifest" | "appInstallation";
  /** URL to which the callback finally redirects, or null for a page on this server. */
  readonly returnUrl: string | null;
  readonly expiresAt: Date;
}

export interface SetupBeginner {
  readonly userId: string;
  /**
   * SHA-256 of a token in the person's browser, or null if no browser started the authorization, as with an API key.
   */
  readonly browserHash: Buffer | null;
}
