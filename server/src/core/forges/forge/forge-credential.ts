/** A credential for a forge. It is stored encrypted. */
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
      /** Private key in PEM format. */
      readonly privateKey: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly installationId: string | null;
    }
  | {
      readonly type: "oauth";
      readonly clientId: string;
      readonly clientSecret: string;
      /** Token, or null until a person has authorized the app. */
      readonly accessToken: string | null;
      readonly refreshToken: string | null;
      /** Expiry time in RFC 3339 format. */
      readonly expiresAt: string | null;
    };

export type OauthCredential = Extract<ForgeCredential, { readonly type: "oauth" }>;

/**
 * Returns a credential with new tokens in place of `known`. Many refresh tokens can be used only once, so only one process
 * at a time may call `refresh`, with the newest credential. The others receive its result.
 */
export type RenewCredential = (
  known: OauthCredential,
  refresh: (newest: OauthCredential) => Promise<OauthCredential>,
) => Promise<OauthCredential>;

/** Renews a credential that no other process uses. */
export const renewAlone: RenewCredential = (known, refresh) => refresh(known);
