import { z } from "zod";
import { AppError, type Logger } from "../../core/base/index.ts";
import type { ForgeConnection, RepositoryRef } from "../../core/forges/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import type { JsonRequest } from "../forge-fetch.ts";
import { createJsonClient, type JsonClient } from "../json-client.ts";
import { createRenewingToken } from "../renewing-token.ts";
import { refreshTokens } from "./oauth.ts";

export interface BitbucketClient extends JsonClient {
  readonly webUrl: string;
  /** Yields the items of a list. Follows the next-page URL in each response. */
  items<T>(shape: z.ZodType<T>, request: JsonRequest): AsyncIterable<T>;
  /** Returns a credential for git that is valid for at least `remainingMs`. */
  gitCredential(remainingMs: number): Promise<{ readonly username: string; readonly password: string }>;
  wait(ms: number): Promise<unknown>;
}

interface ClientMeans {
  readonly log: Logger;
  readonly fetch: OutboundFetch;
  wait(ms: number): Promise<unknown>;
}

export function createBitbucketClient(
  connection: ForgeConnection,
  { log, fetch, wait }: ClientMeans,
): BitbucketClient {
  const { webUrl, apiUrl } = connection;
  const access = accessOf(connection, fetch);
  const authorization = access.authorization;
  const client = createJsonClient({
    forge: "Bitbucket",
    baseUrl: apiUrl,
    authorization,
    words,
    log,
    fetch,
    wait,
  });
  return {
    ...client,
    webUrl,
    wait,
    gitCredential: access.git,
    async *items(shape, request) {
      const page = z.object({ values: z.array(shape), next: z.string().nullish() });
      const first = { ...request, query: { pagelen: 50, ...request.query } };
      const pages = client.pages(page, first, ({ next }) =>
        next
          ? { path: next, what: request.what, ...(request.signal ? { signal: request.signal } : {}) }
          : null,
      );
      for await (const { values } of pages) yield* values;
    },
  };
}

/** Returns the API path of a repository. Uses the repository's UUID if it is known, because a rename does not change the UUID. */
export function repositoryPath({ owner, name, externalId }: RepositoryRef): string {
  return `/repositories/${encodeURIComponent(owner)}/${encodeURIComponent(externalId ?? name)}`;
}

/** Encodes a branch name for the end of a path, where slashes remain unescaped. */
export const branchPath = (name: string) => name.split("/").map(encodeURIComponent).join("/");

export const nameOf = ({ owner, name }: Pick<RepositoryRef, "owner" | "name">) => `${owner}/${name}`;

/** Quotes a string for Bitbucket's query language. */
export const quoted = (value: string) => `"${value.replaceAll(/["\\]/g, "\\$&")}"`;

/** Formats a time for Bitbucket's query language. */
export const moment = (at: Date) => at.toISOString().replace("Z", "+00:00");

const refusal = z.object({
  error: z.object({
    message: z.string(),
    detail: z.union([z.string(), z.object({ required: z.array(z.string()).nullish() })]).nullish(),
    fields: z.record(z.string(), z.unknown()).nullish(),
  }),
});

function words(body: unknown): string {
  const error = refusal.safeParse(body).data?.error;
  if (error === undefined) return "";
  const { message, detail, fields } = error;
  const more =
    typeof detail === "string"
      ? detail
      : detail?.required && `Required scopes: ${detail.required.join(", ")}.`;
  return [message, more, fields && JSON.stringify(fields)].filter(Boolean).join(" ");
}

function accessOf({ credential, webUrl, renew }: ForgeConnection, fetch: OutboundFetch) {
  if (credential.type === "token") {
    const { token, username } = credential;
    const header =
      username === null
        ? `Bearer ${token}`
        : `Basic ${Buffer.from(`${username}:${token}`).toString("base64")}`;
    return {
      authorization: async (isRefused: boolean) => (isRefused ? null : header),
      git: async () => ({ username: gitName(username), password: token }),
    };
  }
  if (credential.type !== "oauth") {
    throw new AppError(
      "forge_unauthorized",
      `Bitbucket accepts a token or an OAuth connection, but the integration has the credential type ${credential.type}. Add the integration again with a token.`,
    );
  }
  const renewing = createRenewingToken({
    forge: "Bitbucket",
    credential,
    refresh: (current, refreshToken) => refreshTokens({ webUrl, credential: current, refreshToken }, fetch),
    renewCredential: renew,
  });
  return {
    authorization: async (isRefused: boolean) => {
      const token = isRefused ? await renewing.renew() : await renewing.token(60_000);
      return token === null ? null : `Bearer ${token}`;
    },
    git: async (remainingMs: number) => ({
      username: "x-token-auth",
      password: await renewing.token(remainingMs),
    }),
  };
}

/**
 * Returns the username for git. An API token requires an email address for the API and a fixed username for git. An app password requires the
 * account's username for both. An access token without a username requires the name `x-token-auth`.
 */
function gitName(username: string | null): string {
  if (username === null) return "x-token-auth";
  return username.includes("@") ? "x-bitbucket-api-token-auth" : username;
}
