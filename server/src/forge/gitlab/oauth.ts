import { AppError, rootReason, withReason } from "../../core/base/index.ts";
import type {
  AuthorizeInput,
  ExchangeInput,
  ForgeCredential,
  OauthCredential,
} from "../../core/forges/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import { BoundedBuffer } from "../../runtime/bounded-buffer.ts";
import { readStart } from "../../runtime/read-bounded.ts";
import { readErrorText } from "./client/gitlab-refusal.ts";

const timeoutMs = 30_000;

/**
 * Returns the URL of the page where a user authorizes the application. `codeChallenge` is the S256 challenge of PKCE. Protocol: RFC 6749
 * and 7636, as in GitLab's "OAuth 2.0 identity provider API".
 */
export function authorizeUrl(input: AuthorizeInput): string {
  const query = new URLSearchParams({
    client_id: input.clientId,
    redirect_uri: input.redirectUrl,
    response_type: "code",
    state: input.state,
    scope: input.scopes.join(" "),
    code_challenge: input.codeChallenge,
    code_challenge_method: "S256",
  });
  return `${input.webUrl}/oauth/authorize?${query}`;
}

/** Exchanges a code for a credential. Throws `forge_unauthorized` if GitLab rejects the code. */
export async function exchangeCode(input: ExchangeInput, fetch: OutboundFetch): Promise<ForgeCredential> {
  return askForToken(
    { webUrl: input.webUrl, client: input, fetch },
    {
      grant_type: "authorization_code",
      code: input.code,
      redirect_uri: input.redirectUrl,
      code_verifier: input.codeVerifier,
    },
  );
}

/**
 * Refreshes a credential, which invalidates the old one. Returns a credential without a refresh token unchanged. Throws `forge_unauthorized`
 * if GitLab rejects the refresh token.
 */
export async function refreshCredential(
  webUrl: string,
  credential: OauthCredential,
  fetch: OutboundFetch,
): Promise<OauthCredential> {
  if (credential.refreshToken === null) return credential;
  return askForToken(
    { webUrl, client: credential, fetch },
    {
      grant_type: "refresh_token",
      refresh_token: credential.refreshToken,
    },
  );
}

interface Asked {
  readonly webUrl: string;
  readonly client: Pick<OauthCredential, "clientId" | "clientSecret">;
  readonly fetch: OutboundFetch;
}

async function askForToken(
  { webUrl, client: { clientId, clientSecret }, fetch }: Asked,
  grant: Record<string, string>,
): Promise<OauthCredential> {
  const response = await post(fetch, `${webUrl}/oauth/token`, {
    client_id: clientId,
    client_secret: clientSecret,
    ...grant,
  });
  const answer = await readJson(response);
  if (!response.ok) throw refused(response.status, readErrorText(answer));
  const { access_token, refresh_token, expires_in, created_at } = answer;
  if (typeof access_token !== "string")
    throw refused(response.status, "the response contains no access token");
  const startedAtMs = typeof created_at === "number" ? created_at * 1000 : Date.now();
  return {
    type: "oauth",
    clientId,
    clientSecret,
    accessToken: access_token,
    refreshToken: typeof refresh_token === "string" ? refresh_token : null,
    expiresAt:
      typeof expires_in === "number" ? new Date(startedAtMs + expires_in * 1000).toISOString() : null,
  };
}

async function post(fetch: OutboundFetch, url: string, form: Record<string, string>): Promise<Response> {
  try {
    return await fetch(url, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams(form),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      "forge_failed",
      `${withReason(`GitLab at ${new URL(url).origin} does not respond`, rootReason(cause))} Check the integration's forge URL.`,
      { cause },
    );
  }
}

async function readJson(response: Response): Promise<Record<string, unknown>> {
  // A longer response is truncated and is therefore not valid JSON.
  const answer = new BoundedBuffer(1024 * 1024);
  await readStart(response.body, answer);
  try {
    const parsed: unknown = JSON.parse(answer.toBuffer().toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch (cause) {
    throw new AppError(
      "forge_failed",
      `GitLab's token response (status ${response.status}) is not JSON. Check the integration's forge URL.`,
      { cause },
    );
  }
}

function refused(status: number, words: string): AppError {
  if (status >= 500)
    return new AppError("forge_failed", `GitLab could not issue a token (status ${status}). Try again.`);
  return new AppError(
    "forge_unauthorized",
    `${withReason("GitLab rejected the authorization", words)} Check the application's ID, secret and redirect URL, then authorize the integration again.`,
  );
}
