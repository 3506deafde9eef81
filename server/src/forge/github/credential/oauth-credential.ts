import { createHash } from "node:crypto";
import { AppError, type Clock } from "../../../core/base/index.ts";
import type { ForgeConnection, ForgeCredential } from "../../../core/forges/index.ts";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";
import { refreshCredential } from "../oauth.ts";
import type { GithubCredential } from "./credential.ts";
import type { ExpiringToken, TokenCache } from "./token-cache.ts";

type OauthKey = ForgeCredential & { readonly type: "oauth" };

interface OauthMeans {
  readonly tokens: TokenCache;
  readonly clock: Clock;
  readonly fetch: OutboundFetch;
}

/**
 * Creates the credential of a user who authorized the OAuth App. If a token's remaining validity is too short for a caller, the credential
 * renews it with `connection.renew`.
 */
export function oauthCredential(
  key: OauthKey,
  connection: ForgeConnection,
  { tokens, clock, fetch }: OauthMeans,
): GithubCredential {
  let current = key;
  const cacheKey = createHash("sha256")
    .update(JSON.stringify([connection.webUrl, key.clientId, key.refreshToken]))
    .digest("hex");

  async function token(validForMs = 60_000): Promise<string> {
    const { accessToken, expiresAt } = current;
    if (accessToken === null) {
      throw new AppError(
        "forge_unauthorized",
        'The integration has no access to GitHub yet. Authorize it with "tembo integration authorize INTEGRATION".',
      );
    }
    if (expiresAt === null || Date.parse(expiresAt) - clock.now().getTime() > validForMs) return accessToken;
    return tokens.get(cacheKey, validForMs, refresh);
  }

  async function refresh(): Promise<ExpiringToken> {
    const renewed = await connection.renew(current, (newest) =>
      refreshCredential(connection.webUrl, newest, fetch),
    );
    current = renewed;
    const expiresAt = renewed.expiresAt === null ? new Date(8.64e15) : new Date(renewed.expiresAt);
    return { token: renewed.accessToken ?? "", expiresAt };
  }

  return { kind: "oauth", gitUsername: "x-access-token", token, renew: () => false, app: null };
}
