import { AppError } from "../core/base/index.ts";
import type { OauthCredential, RenewCredential } from "../core/forges/index.ts";

/** Response of a token endpoint (RFC 6749, section 5.1). */
export interface IssuedTokens {
  readonly accessToken: string;
  /** New refresh token, or null if the current one remains valid. */
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number | null;
}

export interface RefreshInput {
  readonly webUrl: string;
  readonly credential: OauthCredential;
  readonly refreshToken: string;
}

export interface RenewingToken {
  /**
   * Returns a token that is valid for more than `remainingMs`, or the current token if the credential has no refresh token. Throws
   * `forge_unauthorized` if the integration is not authorized yet.
   */
  token(remainingMs: number): Promise<string>;
  /** Requests a new token. Returns null if the credential has no refresh token. */
  renew(): Promise<string | null>;
}

/** Creates a source of OAuth access tokens. `token` refreshes a token that expires too soon. Concurrent callers share a single refresh. */
export function createRenewingToken(input: {
  readonly forge: string;
  readonly credential: OauthCredential;
  refresh(credential: OauthCredential, refreshToken: string): Promise<IssuedTokens>;
  readonly renewCredential: RenewCredential;
}): RenewingToken {
  let { credential } = input;
  let renewal: Promise<string | null> | null = null;

  async function refresh(): Promise<string | null> {
    credential = await input.renewCredential(credential, async (newest) =>
      newest.refreshToken === null
        ? newest
        : withTokens(newest, await input.refresh(newest, newest.refreshToken)),
    );
    return credential.accessToken;
  }

  function renew(): Promise<string | null> | null {
    if (renewal !== null) return renewal;
    if (credential.refreshToken === null) return null;
    renewal = refresh().finally(() => {
      renewal = null;
    });
    return renewal;
  }

  return {
    async token(remainingMs) {
      const { accessToken, expiresAt } = credential;
      if (accessToken === null) {
        throw new AppError(
          "forge_unauthorized",
          `The integration is not connected to ${input.forge} yet. Authorize it with "tembo integration authorize INTEGRATION".`,
        );
      }
      const endsAt = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
      if (endsAt - Date.now() > remainingMs) return accessToken;
      return (await renew()) ?? accessToken;
    },
    renew: async () => await renew(),
  };
}

export function withTokens(credential: OauthCredential, issued: IssuedTokens): OauthCredential {
  const { accessToken, refreshToken, expiresInSeconds } = issued;
  return {
    ...credential,
    accessToken,
    refreshToken: refreshToken ?? credential.refreshToken,
    expiresAt:
      expiresInSeconds === null ? null : new Date(Date.now() + expiresInSeconds * 1000).toISOString(),
  };
}
