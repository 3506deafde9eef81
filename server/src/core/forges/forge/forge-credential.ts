/** A credential that a forge accepts. Stored encrypted. */
export type ForgeCredential =
  /**
   * A pasted token: a personal, group service-account, workspace or access token. `username` is set if the forge
   * requires one.
   */
  | { readonly type: "token"; readonly token: string; readonly username: string | null }
  /** A GitHub App. `installationId` is null until the app is installed. */
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
      /** Null until a person has authorized the app. */
      readonly accessToken: string | null;
      readonly refreshToken: string | null;
      /** RFC 3339. */
      readonly expiresAt: string | null;
    };
