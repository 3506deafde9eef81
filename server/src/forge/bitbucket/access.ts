import { AppError } from "../../core/base/index.ts";
import type { ForgeAccess } from "../../core/forges/index.ts";
import { cloneRemote } from "../clone-remote.ts";
import type { BitbucketClient } from "./bitbucket-client.ts";
import { readUser } from "./reading.ts";
import { account as accountShape } from "./shapes.ts";

/** Minimum remaining validity of a credential for host git. */
const remoteMs = 15 * 60_000;

export function bitbucketAccess(client: BitbucketClient): ForgeAccess {
  const request = { path: "/user", what: "identify the token's owner" };
  return {
    account: async () => readUser(await client.read(accountShape, request)),

    async test() {
      try {
        // Bitbucket sends the scopes in a header of every response, including error responses.
        const { status, headers, body } = await client.send({ ...request, answers: [403] });
        const missing = missingScopes(headers.get("x-oauth-scopes"));
        const parsed = accountShape.safeParse(body);
        if (missing.length > 0) {
          return {
            isHealthy: false,
            message: `The token lacks ${missing.join("; ")}. Create a token with these scopes.`,
          };
        }
        if (status === 403 || !parsed.success) {
          const accepted = headers.get("x-accepted-oauth-scopes") ?? "account";
          return {
            isHealthy: false,
            message: `The token cannot identify its owner, because the scope ${accepted} is missing. Repository access tokens never have this scope. Use an account's API token.`,
          };
        }
        return {
          isHealthy: true,
          message: `The integration acts as ${readUser(parsed.data).login} and has all permissions that it needs.`,
        };
      } catch (error) {
        if (error instanceof AppError) return { isHealthy: false, message: error.message };
        throw error;
      }
    },

    rateLimit: async () => null,

    remote({ owner, name }) {
      const url = `${client.webUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}.git`;
      return cloneRemote(url, client.webUrl, () => client.gitCredential(remoteMs));
    },
  };
}

/**
 * Lists of equivalent scopes. One scope from each list is sufficient. In each list, the scopes of OAuth consumers and app passwords precede
 * those of API tokens.
 */
const needed: readonly (readonly string[])[] = [
  ["account", "account:write", "read:user:bitbucket"],
  ["repository:write", "pullrequest:write", "write:repository:bitbucket"],
  ["pullrequest:write", "write:pullrequest:bitbucket"],
  ["webhook", "write:webhook:bitbucket"],
  ["repository:admin", "admin:repository:bitbucket"],
  ["pipeline", "pipeline:write", "pipeline:variable", "read:pipeline:bitbucket"],
];

/** Returns the missing scopes, or an empty list if Bitbucket does not report the scopes. */
function missingScopes(header: string | null): string[] {
  if (header === null) return [];
  const granted = header.split(",").map((scope) => scope.trim());
  return needed
    .filter((row) => !row.some((scope) => granted.includes(scope)))
    .map((row) => `${row[0]} (for an API token: ${row.at(-1)})`);
}
