import { randomUUID } from "node:crypto";
import type { FakeToken } from "../fake-records.ts";
import type { Answer, FakeGitlab } from "../fake-state.ts";

export const oauthApplication = { clientId: "the-application", clientSecret: "its-secret" };
const livesForSeconds = 7200;

/** Issues tokens. Each code and refresh token can be used only once. The fake stores both in `refreshTokens`. */
export function answerOauth(fake: FakeGitlab, form: URLSearchParams): Answer {
  const { clientId, clientSecret } = oauthApplication;
  if (form.get("client_id") !== clientId || form.get("client_secret") !== clientSecret) {
    return refused(401, "invalid_client", "Client authentication failed due to unknown client.");
  }
  const isCode = form.get("grant_type") === "authorization_code";
  if (isCode && (!form.get("code_verifier") || !form.get("redirect_uri"))) {
    return refused(400, "invalid_request", "The request is missing a required parameter.");
  }
  const given = form.get(isCode ? "code" : "refresh_token") ?? "";
  const token = fake.refreshTokens.get(given);
  if (token === undefined) {
    return refused(400, "invalid_grant", "The provided authorization grant is invalid, expired or revoked.");
  }
  fake.refreshTokens.delete(given);
  return { body: issue(fake, token) };
}

function issue(fake: FakeGitlab, token: FakeToken) {
  const [access, refresh] = [randomUUID(), randomUUID()];
  fake.tokens.set(access, token);
  fake.refreshTokens.set(refresh, token);
  return {
    access_token: access,
    token_type: "Bearer",
    expires_in: livesForSeconds,
    refresh_token: refresh,
    scope: "api",
    created_at: Math.floor(Date.now() / 1000),
  };
}

const refused = (status: number, error: string, error_description: string): Answer => ({
  status,
  body: { error, error_description },
});
