import type { AuthorizeInput, ExchangeInput, ForgeCredential } from "../../core/forges/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import { askTokenEndpoint } from "../oauth-endpoint.ts";
import { type IssuedTokens, type RefreshInput, withTokens } from "../renewing-token.ts";

const forge = "Gitea";

/**
 * Returns the URL of the page where a user authorizes the integration (Gitea's OAuth2 provider, with PKCE S256). `codeChallenge` is the
 * base64url SHA-256 of the verifier. The scopes are the same as for personal access tokens, for example "write:repository".
 */
export function authorizeUrl(input: AuthorizeInput): string {
  const url = new URL(`${input.webUrl}/login/oauth/authorize`);
  url.search = new URLSearchParams({
    client_id: input.clientId,
    redirect_uri: input.redirectUrl,
    response_type: "code",
    state: input.state,
    code_challenge: input.codeChallenge,
    code_challenge_method: "S256",
    scope: input.scopes.join(" "),
  }).toString();
  return url.href;
}

/** Exchanges a code for a credential. Throws `forge_unauthorized` if Gitea rejects the code. */
export async function exchangeCode(input: ExchangeInput, fetch: OutboundFetch): Promise<ForgeCredential> {
  const { webUrl, clientId, clientSecret, code, redirectUrl, codeVerifier } = input;
  const issued = await askTokenEndpoint({
    forge,
    fetch,
    url: `${webUrl}/login/oauth/access_token`,
    form: {
      grant_type: "authorization_code",
      client_id: clientId,
      client_secret: clientSecret,
      code,
      redirect_uri: redirectUrl,
      code_verifier: codeVerifier,
    },
  });
  const none = { accessToken: null, refreshToken: null, expiresAt: null };
  return withTokens({ type: "oauth", clientId, clientSecret, ...none }, issued);
}

/** Requests a new access token with a refresh token. */
export function refreshTokens(
  { webUrl, credential, refreshToken }: RefreshInput,
  fetch: OutboundFetch,
): Promise<IssuedTokens> {
  return askTokenEndpoint({
    forge,
    fetch,
    url: `${webUrl}/login/oauth/access_token`,
    form: {
      grant_type: "refresh_token",
      client_id: credential.clientId,
      client_secret: credential.clientSecret,
      refresh_token: refreshToken,
    },
  });
}
