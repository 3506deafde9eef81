import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Clock } from "../../../core/base/index.ts";
import { type Forge, type ForgeCredential, renewAlone } from "../../../core/forges/index.ts";
import { createGithubForge } from "../github-forge.ts";
import { undescribedRoute, usedRoutes } from "./contract-sources.ts";
import { checkedFetch } from "./github-contract.ts";
import { shownAnswer, successStatus } from "./shown-answer.ts";

export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  /** Parsed JSON body, or undefined if the request has no body. */
  readonly body: unknown;
  /** Number of this request to its route, starting at 1. */
  readonly nth: number;
}
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent unchanged, and other values are sent as JSON. */
  readonly body?: unknown;
}
/** Responses, by route in GitHub's notation: "GET /repos/{owner}/{repo}". A function that returns null selects GitHub's example response. */
export type FakeScript = Readonly<
  Record<string, (request: FakeRequest) => FakeAnswer | null | Promise<FakeAnswer>>
>;

/**
 * Starts a stateless fake of an Enterprise Server on the loopback interface. It responds to every route with the example from GitHub's
 * OpenAPI description, unless the script contains another response. It rejects requests without a token or with the token "revoked". A test
 * fails if a request or response violates the description.
 */
export async function startFakeGithub(t: TestContext, script: FakeScript = {}) {
  const requests: FakeRequest[] = [];
  const routes = [...new Set([...Object.keys(script), ...usedRoutes(), undescribedRoute])].map((route) => ({
    route,
    pattern: patternOf(route),
  }));
  const counts = new Map<string, number>();

  async function answer(request: IncomingMessage, body: unknown): Promise<FakeAnswer> {
    const url = new URL(request.url ?? "", `http://${request.headers.host}`);
    const path = url.pathname.replace(/^\/api\/v3/, "");
    const asked = `${request.method} ${path}`;
    const route = routes.find(({ pattern }) => pattern.test(asked))?.route ?? asked;
    const nth = (counts.get(route) ?? 0) + 1;
    counts.set(route, nth);
    const seen = { method: request.method ?? "", url, headers: request.headers, body, nth };
    requests.push(seen);
    const { authorization } = request.headers;
    if (path.startsWith("/storage/") || path.startsWith("/login/"))
      return (await script[route]?.(seen)) ?? { status: 404 };
    const isOpen = path.startsWith("/app-manifests/");
    if (!isOpen && (authorization === undefined || authorization.endsWith(" revoked"))) {
      return {
        status: 401,
        body: { message: "Bad credentials", documentation_url: "https://docs.github.com/rest" },
      };
    }
    const scripted = await script[route]?.(seen);
    if (scripted) return scripted;
    const shown = shownAnswer(route);
    if (shown !== undefined)
      return { status: successStatus(route), body: withOwnCloneUrl(shown, url.origin) };
    return { status: 404, body: { message: "Not Found", documentation_url: "https://docs.github.com/rest" } };
  }

  /** Replaces the clone URL, because the examples in the description refer to github.com. */
  function withOwnCloneUrl(shown: unknown, origin: string): unknown {
    if (typeof shown !== "object" || shown === null || !("clone_url" in shown)) return shown;
    return { ...shown, clone_url: `${origin}/octocat/Hello-World.git` };
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const isJson = request.headers["content-type"]?.includes("json") === true;
    send(response, await answer(request, text === "" ? undefined : isJson ? JSON.parse(text) : text));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const webUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const apiUrl = `${webUrl}/api/v3`;
  const checked = checkedFetch(apiUrl);
  return {
    webUrl,
    apiUrl,
    requests,
    ...checked,
    /** Lists the requests in order: "GET /repos/octocat/Hello-World?page=1". */
    asked: () =>
      requests.map(({ method, url }) => `${method} ${url.pathname.replace("/api/v3", "")}${url.search}`),
    connect: (credential: ForgeCredential = token("good"), clock?: Clock): Forge =>
      createGithubForge({ log: silent, fetch: checked.fetch, ...(clock && { clock }) }).connect({
        webUrl,
        apiUrl,
        credential,
        renew: renewAlone,
      }),
  };
}

export const token = (value: string): ForgeCredential => ({ type: "token", token: value, username: null });

const silent = { info() {}, warn() {}, error() {} };

function send(response: ServerResponse, { status = 200, headers = {}, body }: FakeAnswer): void {
  if (status === 0) return void response.destroy();
  const type = typeof body === "string" ? "text/plain" : "application/json; charset=utf-8";
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
}

function patternOf(route: string): RegExp {
  return new RegExp(`^${route.replaceAll(/[.+()?]/g, "\\$&").replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);
}
