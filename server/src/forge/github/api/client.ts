import type { Octokit } from "@octokit/core";
import { RequestError } from "@octokit/request-error";
import type { Clock } from "../../../core/base/index.ts";
import type { RepositoryRef } from "../../../core/forges/index.ts";
import { forgeError } from "../../forge-error.ts";
import type { GithubCredential } from "../credential/credential.ts";
import { graphqlUrl } from "./graphql-url.ts";
import { createOctokit, type OctokitOptions } from "./octokit.ts";
import { rateLimitEnd } from "./rate-limit.ts";
import { absentAsNull, refusal, statusOf } from "./refusal.ts";

type Request = Octokit["request"];
/** Current owner and name of a repository, with the parameter names of GitHub's routes. */
export interface RepositoryPath {
  readonly owner: string;
  readonly repo: string;
}

/** Client for GitHub's API with one credential. */
export interface GithubClient {
  readonly apiUrl: string;
  readonly credential: GithubCredential;
  readonly clock: Clock;
  /**
   * Sends a request. `what` describes the operation, as a continuation of "could not". Converts an error response with `refusal` and throws
   * the result.
   */
  ask<T>(what: string, run: (request: Request) => Promise<T>): Promise<T>;
  /** Sends a request for a repository. If the repository has moved, finds its new location by its ID and sends the request again. */
  askIn<T>(
    repository: RepositoryRef,
    what: string,
    run: (request: Request, path: RepositoryPath) => Promise<T>,
  ): Promise<T>;
  /**
   * Sends a GraphQL request and returns the `data` of the response. Throws the errors of `ask`, or `forge_failed` for errors that GitHub
   * returns with status 200.
   */
  graphql(what: string, query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>;
}

export interface ClientOptions extends OctokitOptions {
  readonly credential: GithubCredential;
}

export function createClient(options: ClientOptions): GithubClient {
  const { apiUrl, credential, clock } = options;
  const octokit = createOctokit(options);
  octokit.hook.wrap("request", async (send, options) => {
    // Requests that authenticate as the App set their own authorization header.
    if (options.headers.authorization !== undefined) return send(options);
    const header = async () => ({ ...options.headers, authorization: `Bearer ${await credential.token()}` });
    try {
      return await send({ ...options, headers: await header() });
    } catch (error) {
      if (statusOf(error) !== 401 || !credential.renew()) throw error;
      return await send({ ...options, headers: await header() });
    }
  });
  octokit.hook.after("request", (response, options) => {
    // Redirects are not followed. Only repositories move, and `askIn` looks up their new location.
    if (response.status < 300 || response.status === 302) return;
    throw new RequestError("the resource has moved", response.status, { request: options, response });
  });
  /** New locations of moved repositories, by ID. */
  const moved = new Map<string, RepositoryPath>();

  async function ask<T>(what: string, run: (request: Request) => Promise<T>): Promise<T> {
    try {
      return await run(octokit.request);
    } catch (error) {
      throw refusal(what, error, clock.now());
    }
  }

  async function askIn<T>(
    repository: RepositoryRef,
    what: string,
    run: (request: Request, path: RepositoryPath) => Promise<T>,
  ): Promise<T> {
    const known = moved.get(repository.externalId ?? "") ?? {
      owner: repository.owner,
      repo: repository.name,
    };
    try {
      return await ask(what, (request) => run(request, known));
    } catch (error) {
      const status = statusOf(error);
      if (repository.externalId === null || status === null || ![301, 307, 308, 404].includes(status))
        throw error;
      const found = await locate(repository.externalId);
      if (found === null || (found.owner === known.owner && found.repo === known.repo)) throw error;
      moved.set(repository.externalId, found);
      return await ask(what, (request) => run(request, found));
    }
  }

  /**
   * Finds a repository by its ID, which a rename does not change, or returns null if it does not exist. GitHub's OpenAPI description omits
   * this route, but GitHub's own redirects use it.
   */
  async function locate(id: string): Promise<RepositoryPath | null> {
    const asked = ask("find a repository by its ID", (request) => request("GET /repositories/{id}", { id }));
    const data: unknown = (await absentAsNull(asked))?.data;
    if (typeof data !== "object" || data === null) return null;
    const { name, owner } = data as {
      readonly name?: unknown;
      readonly owner?: { readonly login?: unknown };
    };
    if (typeof name !== "string" || typeof owner?.login !== "string") return null;
    return { owner: owner.login, repo: name };
  }

  async function graphql(what: string, query: string, variables: Readonly<Record<string, unknown>>) {
    const url = graphqlUrl(apiUrl);
    const { data: answer, headers } = await ask(what, (request) =>
      request({ method: "POST", url, query, variables, baseUrl: "" }),
    );
    const { data, errors } = answer as { readonly data?: unknown; readonly errors?: readonly GraphqlError[] };
    if (errors === undefined || errors.length === 0) return data;
    const words = errors.map(({ message }) => message ?? "").join("; ");
    // GitHub's GraphQL API returns errors with status 200.
    const isLimit = errors.some(({ type }) => type === "RATE_LIMITED");
    const resetAt = isLimit ? rateLimitEnd(429, headers, clock.now()) : null;
    throw forgeError({ forge: "GitHub", what, status: 200, words, resetAt });
  }

  return { apiUrl, credential, clock, ask, askIn, graphql };
}

interface GraphqlError {
  readonly type?: string;
  readonly message?: string;
}
