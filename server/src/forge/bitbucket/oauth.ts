import type {
  AuthorizeInput,
  ExchangeInput,
  ForgeCredential,
  OauthCredential,
} from "../../core/forges/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import { askTokenEndpoint } from "../oauth-endpoint.ts";
import { type IssuedTokens, type RefreshInput, withTokens } from "../renewing-token.ts";

const forge = "Bitbucket";

/**
 * Returns the URL of the page where a user authorizes the integration. Bitbucket's OAuth consumer defines the permissions, so `scopes` can
 * only restrict them. The URL contains the PKCE challenge, although Bitbucket does not support PKCE yet.
 */
export function authorizeUrl(input: AuthorizeInput): string {
  const url = new URL(`${input.webUrl}/site/oauth2/authorize`);
  url.search = new URLSearchParams({
    client_id: input.clientId,
    redirect_uri: input.redirectUrl,
    response_type: "code",
    state: input.state,
    code_challenge: input.codeChallenge,
    code_challenge_method: "S256",
    ...(input.scopes.length === 0 ? {} : { scope: input.scopes.join(" ") }),
  }).toString();
  return url.href;
}

/** Exchanges a code for a credential. Throws `forge_unauthorized` if Bitbucket rejects the code. */
export async function exchangeCode(input: ExchangeInput, fetch: OutboundFetch): Promise<ForgeCredential> {
  const { webUrl, clientId, clientSecret, code, redirectUrl, codeVerifier } = input;
  const none = { accessToken: null, refreshToken: null, expiresAt: null };
  const credential: OauthCredential = { type: "oauth", clientId, clientSecret, ...none };
  const form = {
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUrl,
    code_verifier: codeVerifier,
  };
  return withTokens(credential, await ask({ webUrl, credential, fetch }, form));
}

/** Requests a new access token with a refresh token. */
export function refreshTokens(
  { webUrl, credential, refreshToken }: RefreshInput,
  fetch: OutboundFetch,
): Promise<IssuedTokens> {
  return ask({ webUrl, credential, fetch }, { grant_type: "refresh_token", refresh_token: refreshToken });
}

interface Asked {
  readonly webUrl: string;
  readonly credential: OauthCredential;
  readonly fetch: OutboundFetch;
}

function ask(
  { webUrl, credential: { clientId, clientSecret }, fetch }: Asked,
  form: Readonly<Record<string, string>>,
) {
  const pair = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  return askTokenEndpoint({
    forge,
    fetch,
    url: `${webUrl}/site/oauth2/access_token`,
    form,
    authorization: `Basic ${pair}`,
  });
}
