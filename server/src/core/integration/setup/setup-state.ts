/** A way back from a forge that is open for a while, once. Whoever holds the state itself acts for the integration. */
export interface SetupState {
  /** SHA-256 of the state. */
  readonly hash: Buffer;
  readonly integrationId: string;
  readonly purpose: "oauth" | "appManifest" | "appInstallation";
  /** Where the person goes in the end; null for a page of ours. */
  readonly returnUrl: string | null;
  readonly expiresAt: Date;
}
