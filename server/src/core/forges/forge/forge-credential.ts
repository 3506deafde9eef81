/** What a forge lets in. Kept sealed. */
export type ForgeCredential =
  /** Pasted: a personal, group service-account, workspace or access token. `username` where the forge wants one with it. */
  | { readonly type: "token"; readonly token: string; readonly username: string | null }
  /** A GitHub App; null `installationId` until it is installed. */
  | {
      readonly type: "githubApp";
      readonly appId: string;
      readonly slug: string;
      /** PEM. */
      readonly privateKey: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly installationId: string | null;
    }
  | {
      readonly type: "oauth";
      readonly clientId: string;
      readonly clientSecret: string;
      /** Null until a person has agreed. */
      readonly accessToken: string | null;
      readonly refreshToken: string | null;
      /** RFC 3339. */
      readonly expiresAt: string | null;
    };
