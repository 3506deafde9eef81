import type { GithubClient } from "../api/client.ts";
import { readAnswer } from "../read/read.ts";
import { user } from "../read/user.ts";
import type { AccessResult } from "./access-result.ts";
import { probeToken } from "./probe-token.ts";

/**
 * Tests a token. For classic tokens and OAuth Apps, GitHub returns the scopes in every response. Fine-grained tokens have no scopes, so
 * Tembo probes them with read requests.
 */
export async function testToken(client: GithubClient): Promise<AccessResult> {
  const { data, headers } = await client.ask("verify the token", (request) => request("GET /user"));
  const { login } = readAnswer(user, data);
  const scopes = headers["x-oauth-scopes"];
  return scopes === undefined ? probeToken(client, login) : judgeScopes(String(scopes), login);
}

function judgeScopes(header: string, login: string): AccessResult {
  const scopes = header
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "");
  const has = scopes.length === 0 ? "none" : scopes.join(", ");
  if (!scopes.includes("repo")) {
    const publicOnly = scopes.includes("public_repo")
      ? " With public_repo, the token works for public repositories only."
      : "";
    return {
      isHealthy: false,
      message: `The token of ${login} lacks the scope repo (it has ${has}).${publicOnly} Add the scope on the token's settings page, or replace the integration's token.`,
    };
  }
  const workflow = scopes.includes("workflow")
    ? ""
    : ' Without the scope "workflow", the token cannot push changes to .github/workflows.';
  return {
    isHealthy: true,
    message: `The token of ${login} has the same permissions as ${login}.${workflow}`,
  };
}
