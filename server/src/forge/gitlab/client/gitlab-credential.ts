import { AppError, type Logger } from "../../../core/base/index.ts";
import type { ForgeConnection, ForgeCredential, OauthCredential } from "../../../core/forges/index.ts";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";
import { refreshCredential } from "../oauth.ts";

/** Minimum remaining lifetime of a token, because git and Tembo may use the token for this long. */
const freshForMs = 10 * 60_000;

/**
 * Creates a function that returns a valid token and refreshes an OAuth token that expires soon. The function throws `forge_unauthorized` if
 * no token is available.
 */
export function createTokenSource(
  connection: Pick<ForgeConnection, "webUrl" | "credential" | "renew">,
  { log, fetch }: { readonly log: Logger; readonly fetch: OutboundFetch },
): () => Promise<string> {
  let { credential } = connection;
  let renewal: Promise<ForgeCredential> | null = null;

  const renew = async (known: OauthCredential) => {
    renewal ??= connection
      .renew(known, async (newest) => {
        const renewed = await refreshCredential(connection.webUrl, newest, fetch);
        log.info({ forge: connection.webUrl }, "the authorization for GitLab was renewed");
        return renewed;
      })
      .finally(() => {
        renewal = null;
      });
    credential = await renewal;
  };

  return async () => {
    if (endsSoon(credential)) await renew(credential);
    const token = tokenOf(credential);
    if (token !== null && token !== "") return token;
    throw new AppError(
      "forge_unauthorized",
      "The GitLab integration has no token yet. Authorize the integration, or set a group access token.",
    );
  };
}

function endsSoon(credential: ForgeCredential): credential is OauthCredential {
  if (credential.type !== "oauth" || credential.refreshToken === null || credential.expiresAt === null)
    return false;
  return Date.parse(credential.expiresAt) - Date.now() < freshForMs;
}

function tokenOf(credential: ForgeCredential): string | null {
  if (credential.type === "token") return credential.token;
  return credential.type === "oauth" ? credential.accessToken : null;
}
