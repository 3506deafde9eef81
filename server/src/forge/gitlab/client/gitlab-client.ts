import { z } from "zod";
import { AppError, type Logger } from "../../../core/base/index.ts";
import type { ForgeConnection, RepositoryRef } from "../../../core/forges/index.ts";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";
import { hasTooManyItems, maxItems } from "../../count-items.ts";
import { createTokenSource } from "./gitlab-credential.ts";
import { type GitlabAnswer, type GitlabRequest, openStream, sendRequest } from "./gitlab-request.ts";

/** Client for GitLab's API with one credential. All requests throw the errors of `sendRequest`. */
export interface GitlabClient {
  readonly webUrl: string;
  readonly isOauth: boolean;
  token(): Promise<string>;
  send(request: GitlabRequest): Promise<GitlabAnswer>;
  /** Sends a request and parses the response. Throws `forge_failed` if the response does not match the schema. */
  read<T>(shape: z.ZodType<T>, request: GitlabRequest): Promise<T>;
  /** Parses a response from `send`. Throws `forge_failed` if the response does not match the schema. */
  take<T>(shape: z.ZodType<T>, request: GitlabRequest, answer: GitlabAnswer): T;
  /** Returns the items of all pages. Reads at most `maxPages` pages, and never more than 20; see `nextPageQuery`. */
  list<T>(shape: z.ZodType<T>, request: GitlabListRequest, maxPages?: number): Promise<T[]>;
  /** Streams a text. Returns null if the response is empty. */
  stream(path: string): Promise<Response["body"]>;
}

interface GitlabListRequest extends GitlabRequest {
  readonly query?: { readonly per_page?: number } & Readonly<Record<string, string | number>>;
}

export function createGitlabClient(
  connection: ForgeConnection,
  means: { readonly log: Logger; readonly fetch: OutboundFetch },
): GitlabClient {
  const token = createTokenSource(connection, means);
  const isOauth = connection.credential.type === "oauth";
  const endpoint = {
    baseUrl: `${connection.apiUrl.replace(/\/api\/v4$/, "")}/api/v4/`,
    fetch: means.fetch,
    authorization: async () =>
      isOauth ? { authorization: `Bearer ${await token()}` } : { "private-token": await token() },
  };
  const send = (request: GitlabRequest) => sendRequest(endpoint, request);
  return {
    webUrl: connection.webUrl,
    isOauth,
    token,
    send,
    read: async (shape, request) => take(shape, request, await send(request)),
    take,
    list: async (shape, request, maxPages = Number.POSITIVE_INFINITY) => {
      const page = z.array(shape);
      const maxItems = maxPages * (request.query?.per_page ?? Number.POSITIVE_INFINITY);
      let answer = await send(request);
      const items = take(page, request, answer);
      while (answer.nextPage !== null && items.length < maxItems) {
        answer = await send({ ...request, query: answer.nextPage });
        items.push(...take(page, request, answer));
      }
      return items;
    },
    stream: (path) => openStream(endpoint, path),
  };
}

function take<T>(shape: z.ZodType<T>, { method = "GET", path }: GitlabRequest, { body }: GitlabAnswer): T {
  const unexpected = (what: string, cause?: Error) =>
    new AppError(
      "forge_failed",
      `GitLab's response to "${method} ${path}" has an unexpected format (${what}). Check the integration's API URL.`,
      cause === undefined ? undefined : { cause },
    );
  if (hasTooManyItems(body)) throw unexpected(`it has more than ${maxItems} list items`);
  const result = shape.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join(".") || "the response";
  throw unexpected(`${where}: ${issue?.message.slice(0, 200)}`, result.error);
}

/**
 * Returns the project's ID, which a rename does not change, or the project's path if the ID is unknown. `apiPath` encodes the path's
 * slashes.
 */
export const projectOf = ({ externalId, owner, name }: RepositoryRef) => externalId ?? `${owner}/${name}`;

export const nameOf = ({ owner, name }: Pick<RepositoryRef, "owner" | "name">) => `${owner}/${name}`;
