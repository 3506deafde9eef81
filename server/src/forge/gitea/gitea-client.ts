import { z } from "zod";
import { AppError, type Logger } from "../../core/base/index.ts";
import type { ForgeConnection, ForgeCredential, RepositoryRef } from "../../core/forges/index.ts";
import type { OutboundFetch } from "../../outbound/fetch/outbound-fetch.ts";
import type { JsonRequest } from "../forge-fetch.ts";
import { createJsonClient, type JsonClient } from "../json-client.ts";
import { createRenewingToken } from "../renewing-token.ts";
import { refreshTokens } from "./oauth.ts";

const pageSize = 50;

export interface GiteaClient extends JsonClient {
  readonly webUrl: string;
  /** Yields the items of a list. Gitea numbers its pages. */
  items<T>(shape: z.ZodType<T>, request: JsonRequest): AsyncIterable<T>;
  /** Returns a token that is valid for at least `remainingMs`. */
  token(remainingMs: number): Promise<string>;
  wait(ms: number): Promise<unknown>;
}

interface ClientMeans {
  readonly log: Logger;
  readonly fetch: OutboundFetch;
  wait(ms: number): Promise<unknown>;
}

export function createGiteaClient(
  connection: ForgeConnection,
  { log, fetch, wait }: ClientMeans,
): GiteaClient {
  const { webUrl, apiUrl } = connection;
  const access = accessOf(connection, fetch);
  const client = createJsonClient({
    forge: "Gitea",
    baseUrl: apiUrl,
    authorization: access.authorization,
    words: (body) => refusal.safeParse(body).data?.message ?? "",
    log,
    fetch,
    wait,
  });
  return {
    ...client,
    webUrl,
    wait,
    token: access.token,
    async *items(shape, request) {
      const page = z.array(shape).nullish();
      let number = 1;
      let seen = 0;
      const ask = () => ({ ...request, query: { ...request.query, page: number, limit: pageSize } });
      // Administrators can reduce the page size. Therefore, only the total count or an empty page indicates the end.
      const pages = client.pages(page, ask(), (items, { headers }) => {
        seen += items?.length ?? 0;
        number += 1;
        const total = Number(headers.get("x-total-count") ?? Number.POSITIVE_INFINITY);
        return items?.length && seen < total ? ask() : null;
      });
      for await (const items of pages) yield* items ?? [];
    },
  };
}

const refusal = z.object({ message: z.string() });

export const repositoryPath = ({ owner, name }: Pick<RepositoryRef, "owner" | "name">) =>
  `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;

/** Encodes a branch name for the end of a path, where Gitea expects unescaped slashes. */
export const branchPath = (name: string) => name.split("/").map(encodeURIComponent).join("/");

export const nameOf = ({ owner, name }: Pick<RepositoryRef, "owner" | "name">) => `${owner}/${name}`;

function accessOf({ credential, webUrl, renew }: ForgeConnection, fetch: OutboundFetch) {
  if (credential.type === "token") {
    return {
      token: async () => credential.token,
      authorization: async (isRefused: boolean) => (isRefused ? null : `token ${credential.token}`),
    };
  }
  if (credential.type !== "oauth") throw wrongCredential(credential);
  const renewing = createRenewingToken({
    forge: "Gitea",
    credential,
    refresh: (current, refreshToken) => refreshTokens({ webUrl, credential: current, refreshToken }, fetch),
    renewCredential: renew,
  });
  return {
    token: renewing.token,
    authorization: async (isRefused: boolean) => {
      const token = isRefused ? await renewing.renew() : await renewing.token(60_000);
      return token === null ? null : `Bearer ${token}`;
    },
  };
}

const wrongCredential = ({ type }: ForgeCredential) =>
  new AppError(
    "forge_unauthorized",
    `Gitea accepts a token or an OAuth connection, but the integration has the credential type ${type}. Add the integration again with a token.`,
  );
