import { AppError, withReason } from "../../core/base/index.ts";
import type {
  AuthorizeInput,
  ExchangeInput,
  ForgeCredential,
  OauthCredential,
} from "../../core/forges/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import { boundedFetch } from "./api/bounded-fetch.ts";

const neededScopes = ["repo", "workflow"];

/** Returns the URL of the page where a user authorizes the OAuth App (docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps). */
export function authorizeUrl(input: AuthorizeInput): string {
  const query = new URLSearchParams({
    client_id: input.clientId,
    redirect_uri: input.redirectUrl,
    state: input.state,
    code_challenge: input.codeChallenge,
    code_challenge_method: "S256",
    scope: (input.scopes.length === 0 ? neededScopes : input.scopes).join(" "),
  });
  return `${input.webUrl}/login/oauth/authorize?${query}`;
}

/** Exchanges a code for a credential. Throws `forge_unauthorized` if GitHub rejects the code. */
export async function exchangeCode(input: ExchangeInput, fetch: OutboundFetch): Promise<ForgeCredential> {
  const { webUrl, clientId, clientSecret } = input;
  return askToken(
    { webUrl, client: { clientId, clientSecret }, oldRefreshToken: null, fetch },
    {
      code: input.code,
      redirect_uri: input.redirectUrl,
      code_verifier: input.codeVerifier,
    },
  );
}

/**
 * Returns a credential with a new access token. GitHub also issues a new refresh token and invalidates the old refresh token. Throws
 * `forge_unauthorized` if there is no refresh token or GitHub rejects it.
 */
export async function refreshCredential(
  webUrl: string,
  credential: OauthCredential,
  fetch: OutboundFetch,
): Promise<OauthCredential> {
  if (credential.refreshToken === null) {
    throw new AppError(
      "forge_unauthorized",
      "The integration's access to GitHub has expired. Authorize it again.",
    );
  }
  const oldRefreshToken = credential.refreshToken;
  return askToken(
    { webUrl, client: credential, oldRefreshToken, fetch },
    {
      grant_type: "refresh_token",
      refresh_token: oldRefreshToken,
    },
  );
}

interface Asked {
  readonly webUrl: string;
  readonly client: Pick<OauthCredential, "clientId" | "clientSecret">;
  readonly oldRefreshToken: string | null;
  readonly fetch: OutboundFetch;
}

async function askToken(
  { webUrl, client, oldRefreshToken, fetch }: Asked,
  fields: Readonly<Record<string, string>>,
): Promise<OauthCredential> {
  const { clientId, clientSecret } = client;
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields });
  const answer = await post(fetch, `${webUrl}/login/oauth/access_token`, body);
  // GitHub returns OAuth errors with status 200 and the field `error`.
  if (typeof answer.access_token !== "string") {
    const words = String(answer.error_description ?? answer.error ?? "").slice(0, 300);
    throw new AppError(
      "forge_unauthorized",
      `${withReason("GitHub issued no token", words)} Authorize the integration again.`,
    );
  }
  const seconds = Number(answer.expires_in);
  return {
    type: "oauth",
    clientId,
    clientSecret,
    accessToken: answer.access_token,
    refreshToken: typeof answer.refresh_token === "string" ? answer.refresh_token : oldRefreshToken,
    expiresAt: seconds > 0 ? new Date(Date.now() + seconds * 1000).toISOString() : null,
  };
}

async function post(
  fetch: OutboundFetch,
  url: string,
  body: URLSearchParams,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const response = await boundedFetch(fetch)(url, {
      method: "POST",
      headers: { accept: "application/json" },
      body,
    });
    const answer: unknown = await response.json();
    if (typeof answer !== "object" || answer === null)
      throw new Error(`the response with status ${response.status} is not a JSON object`);
    return answer as Readonly<Record<string, unknown>>;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("forge_failed", `${withReason("GitHub issued no token", cause)} Try again.`, {
      cause,
    });
  }
}
