import { z } from "zod";
import { AppError, reason, rootReason } from "../core/base/index.ts";
import type { OutboundFetch } from "../outbound/fetch/outbound-fetch.ts";
import { parseJson, readText } from "./http-answer.ts";
import type { IssuedTokens } from "./renewing-token.ts";

const answer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.number().positive().nullish(),
});

/**
 * Sends a form to a token endpoint (RFC 6749, sections 4.1.3 and 6). Throws `forge_unauthorized` if the endpoint rejects the form, or
 * `forge_failed` if the endpoint does not respond, fails or returns no token. The messages never contain the request.
 */
export async function askTokenEndpoint(input: {
  readonly forge: string;
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  /** Value of the `Authorization` header, for endpoints that require Basic authentication of the client. */
  readonly authorization?: string;
  readonly fetch: OutboundFetch;
}): Promise<IssuedTokens> {
  const { forge, url, form, authorization, fetch } = input;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: new URLSearchParams(form).toString(),
      redirect: "error",
      signal: AbortSignal.timeout(30_000),
    });
    text = await readText(response, 64 * 1024);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      "forge_failed",
      `${forge} could not issue a token: the request to ${new URL(url).origin} failed (${rootReason(cause)}). Check the URL and the network.`,
      { cause },
    );
  }
  if (response.status >= 500 || response.status === 429) {
    throw new AppError(
      "forge_failed",
      `${forge} could not issue a token (status ${response.status}). Try again later.`,
    );
  }
  const body = parseJson(text);
  if (!response.ok) {
    throw new AppError(
      "forge_unauthorized",
      `${forge} rejected the token request (${refusalOf(body) ?? `status ${response.status}`}). Authorize the integration again. If that fails too, check its client ID and secret.`,
    );
  }
  const issued = answer.safeParse(body);
  if (!issued.success) {
    throw new AppError(
      "forge_failed",
      `${forge}'s response contains no token. Check that ${new URL(url).origin} is the forge's URL.`,
      { cause: issued.error },
    );
  }
  const { access_token, refresh_token, expires_in } = issued.data;
  return {
    accessToken: access_token,
    refreshToken: refresh_token ?? null,
    expiresInSeconds: expires_in ?? null,
  };
}

function refusalOf(body: unknown): string | null {
  const refusal = z.object({ error: z.string(), error_description: z.string().nullish() }).safeParse(body);
  if (!refusal.success) return null;
  const { error, error_description: description } = refusal.data;
  return reason(description ? `${error}: ${description}` : error).slice(0, 200);
}
