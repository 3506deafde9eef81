import { createSign } from "node:crypto";
import { AppError, reason, withReason } from "../../../../core/base/index.ts";
import type { OutboundFetch } from "../../../../outbound/fetch/outbound-fetch.ts";
import { readBounded } from "../../../../runtime/read-bounded.ts";
import { CredentialRefused, type ProviderMeans } from "../../upstream.ts";
import { readServiceAccount } from "./service-account.ts";

export interface TokenSource {
  /**
   * Returns an access token. Requests a new token if the current token expires within five minutes. Concurrent callers share the request. Throws
   * `CredentialRefused` if the private key is not valid or Google rejects the service account. Throws other errors if Google's endpoint cannot
   * be reached or fails.
   */
  token(): Promise<string>;
  redact(text: string): string;
}

const scope = "https://www.googleapis.com/auth/cloud-platform";
const grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const lifeSeconds = 3_600;
/** Time before its expiry at which a token is renewed, so that a delayed request is not sent with an expired token. */
const renewBeforeMs = 300_000;
const answerWithinMs = 15_000;
const maxAnswerBytes = 65_536;

/**
 * Creates a source of access tokens for a service account:
 * https://developers.google.com/identity/protocols/oauth2/service-account#httprest. Throws `invalid_input` if the key file is not valid.
 */
export function createTokenSource(
  serviceAccountJson: string,
  tokenUrl: string,
  { time, outbound }: ProviderMeans,
): TokenSource {
  const { fetch } = outbound.trusting(tokenUrl);
  const account = readServiceAccount(serviceAccountJson);
  let current: { readonly token: string; readonly endsAtMs: number } | null = null;
  let asking: Promise<string> | null = null;

  const ask = async (): Promise<string> => {
    const { token, seconds } = await exchange(fetch, tokenUrl, sign(account, tokenUrl, time.nowMs()));
    current = { token, endsAtMs: time.nowMs() + seconds * 1_000 };
    return token;
  };
  return {
    async token() {
      if (current !== null && current.endsAtMs - renewBeforeMs > time.nowMs()) return current.token;
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
    redact: (text) => (current === null ? text : text.replaceAll(current.token, "[key]")),
  };
}

function sign(
  { clientEmail, privateKey, privateKeyId }: ReturnType<typeof readServiceAccount>,
  audience: string,
  nowMs: number,
): string {
  const issuedAt = Math.floor(nowMs / 1_000);
  const header = { alg: "RS256", typ: "JWT", ...(privateKeyId !== null && { kid: privateKeyId }) };
  const claims = { iss: clientEmail, scope, aud: audience, iat: issuedAt, exp: issuedAt + lifeSeconds };
  const text = `${encode(header)}.${encode(claims)}`;
  try {
    return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
  } catch (cause) {
    // The library's message may contain part of the key.
    throw new CredentialRefused(
      'The service account\'s private key is not valid. Create a new key and paste the full contents of the key file, including line breaks ("\\n").',
      { cause },
    );
  }
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function exchange(
  fetch: OutboundFetch,
  tokenUrl: string,
  assertion: string,
): Promise<{ readonly token: string; readonly seconds: number }> {
  const response = await fetch(tokenUrl, {
    method: "POST",
    body: new URLSearchParams({ grant_type: grantType, assertion }),
    redirect: "error",
    signal: AbortSignal.timeout(answerWithinMs),
  });
  const answer = parse((await readBounded(response.body, maxAnswerBytes, tooLong)).toString("utf8"));
  if (response.status >= 400 && response.status < 500 && response.status !== 429) {
    throw new CredentialRefused(
      `${withReason(`Google rejected the service account (status ${response.status})`, words(answer.error_description) ?? words(answer.error) ?? "")} Create a new key for it.`,
    );
  }
  const token = words(answer.access_token, 16_384);
  if (!response.ok) throw new Error(`Google's token endpoint responded with status ${response.status}`);
  if (token === null) throw new Error("Google's token endpoint returned no access token");
  const seconds = typeof answer.expires_in === "number" ? answer.expires_in : lifeSeconds;
  return { token, seconds: Math.min(seconds, lifeSeconds) };
}

const tooLong = () => new AppError("model_failed", "The response from Google's token endpoint is too large.");

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch (cause) {
    if (cause instanceof SyntaxError) return {};
    throw new Error(reason(cause), { cause });
  }
}

/** Returns the value, truncated to `max` characters, or null if it is not a non-empty string of printable ASCII characters. */
function words(value: unknown, max = 300): string | null {
  return typeof value === "string" && /^[\x20-\x7e]+$/.test(value) ? value.slice(0, max) : null;
}
