import type { IncomingMessage, ServerResponse } from "node:http";
import { reason } from "../../../core/base/index.ts";
import type { LocalContext } from "../context.ts";
import { tokenOf } from "../git-request.ts";
import { actorOfToken } from "../people.ts";
import { createLogStorage } from "./log-storage.ts";
import { readBody } from "./read-body.ts";
import { ApiRefusal, refusalOf } from "./refusal.ts";
import { type Count, RequestCount } from "./request-count.ts";
import { type ApiAnswer, type ApiRequest, formatIn, type Route } from "./route.ts";
import { checkRoutes } from "./routes/checks.ts";
import { commentRoutes } from "./routes/comments.ts";
import { contentRoutes } from "./routes/contents.ts";
import { gitDataRoutes } from "./routes/git-data.ts";
import { graphqlRoutes } from "./routes/graphql.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { issueRoutes } from "./routes/issues.ts";
import { pullRoutes } from "./routes/pulls.ts";
import { refRoutes } from "./routes/refs.ts";
import { repositoryRoutes } from "./routes/repositories.ts";
import { reviewRoutes } from "./routes/reviews.ts";
import { rootRoutes } from "./routes/root.ts";

const prefix = "/api/github/v3";
const requestsPerHour = 15_000;
const documentationUrl = "https://docs.github.com/rest";

/**
 * Creates a handler that serves the part of GitHub's REST API, version 2022-11-28, that the built-in forge supports, for Octokit, `gh api`
 * and other clients of GitHub Enterprise Server. Keys can access their organization's repositories. The audit log records the client's
 * address. The handler never rejects.
 */
export function createForgeApi(context: LocalContext) {
  const counts = new RequestCount(context.clock, requestsPerHour);
  const storage = createLogStorage(context);
  const routes: readonly Route[] = [
    ...rootRoutes(counts),
    ...repositoryRoutes,
    ...refRoutes,
    ...gitDataRoutes,
    ...contentRoutes,
    // These routes are first, because later routes would parse "comments" as a number.
    ...commentRoutes,
    ...pullRoutes,
    ...reviewRoutes,
    ...issueRoutes,
    ...checkRoutes(storage),
    ...hookRoutes,
    ...graphqlRoutes,
  ];

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    address: string | null = request.socket.remoteAddress ?? null,
  ): Promise<void> => {
    try {
      await send(response, await answer(request, response, address));
    } catch (cause) {
      const refusal = refusalOf(cause);
      if (refusal === null)
        context.log.error({ error: reason(cause), url: request.url }, "a request to the forge's API failed");
      request.resume();
      await send(
        response,
        refused(refusal ?? new ApiRefusal(500, "Server Error. Check the server's log for the reason.")),
      );
    }
  };

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    address: string | null,
  ): Promise<ApiAnswer> {
    const [rawPath = "", rawQuery = ""] = (request.url ?? "").split("?", 2);
    const path = rawPath.slice(prefix.length).replace(/\/+$/, "") || "/";
    const query = new URLSearchParams(rawQuery);
    const stored = request.method === "GET" ? await storage.open(path, query) : null;
    if (stored !== null) return stored;
    const token = tokenOf(request.headers.authorization);
    const actor = await actorOfToken(context, token);
    if (actor === null)
      throw new ApiRefusal(401, token === null ? "Requires authentication" : "Bad credentials");
    const isFree = path === "/rate_limit";
    const count = isFree ? counts.of(actor.user.id) : counts.take(actor.user.id);
    for (const [name, value] of Object.entries(countHeaders(count ?? counts.of(actor.user.id))))
      response.setHeader(name, value);
    if (count === null)
      throw new ApiRefusal(
        403,
        `API rate limit exceeded for user ID ${actor.user.id}. Wait until it resets.`,
      );
    const found = getRoute(routes, request.method ?? "GET", path);
    const body = await readBody(request);
    const asked: ApiRequest = {
      context,
      actor,
      method: found.route.method,
      path,
      query,
      body,
      params: found.params,
      format: formatIn(request.headers.accept),
    };
    const { id: keyId, userId } = actor.key!;
    return context.actingAs({ kind: "user", userId, keyId, address }, () => found.route.handle(asked));
  }
}

function getRoute(routes: readonly Route[], asked: string, path: string) {
  const method = asked === "HEAD" ? "GET" : asked;
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match !== null) return { route, params: decoded(match.groups ?? {}) };
  }
  throw new ApiRefusal(404, "Not Found");
}

function decoded(groups: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch {
    throw new ApiRefusal(400, "The URL contains an invalid percent escape.");
  }
}

function refused({ status, message, errors }: ApiRefusal): ApiAnswer {
  return {
    status,
    body: {
      message,
      ...(errors.length > 0 && { errors }),
      documentation_url: documentationUrl,
      status: String(status),
    },
  };
}

const countHeaders = (count: Count) => ({
  "x-ratelimit-limit": String(count.limit),
  "x-ratelimit-remaining": String(count.remaining),
  "x-ratelimit-used": String(count.used),
  "x-ratelimit-reset": String(count.reset),
  "x-ratelimit-resource": "core",
  // Every key's permissions, expressed as GitHub token scopes.
  "x-oauth-scopes": "repo, workflow, admin:repo_hook",
});

async function send(response: ServerResponse, { status, body, headers = {} }: ApiAnswer): Promise<void> {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  response.setHeader("x-github-media-type", "github.v3; format=json");
  response.setHeader("x-github-api-version-selected", "2022-11-28");
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body === undefined) {
    response.end();
    return;
  }
  const isPlain = typeof body === "string" || Buffer.isBuffer(body);
  if (headers["content-type"] === undefined)
    response.setHeader("content-type", `${isPlain ? "text/plain" : "application/json"}; charset=utf-8`);
  response.end(isPlain ? body : JSON.stringify(body));
}
