import type { RestHandler, RestReply, RestRequest, RestRoutes } from "../../testing/rest-server.ts";
import { type Asker, type BitbucketHandler, notFound, refuse } from "./bitbucket-handler.ts";
import type { FakeBitbucket } from "./fake-bitbucket.ts";
import { pullRoutes } from "./pull-routes.ts";
import { repositoryRoutes } from "./repository-routes.ts";

export function bitbucketRoutes(fake: FakeBitbucket): RestRoutes {
  const routes = { ...repositoryRoutes(fake), ...pullRoutes(fake) };
  return Object.fromEntries(
    Object.entries(routes).map(([pattern, handle]) => {
      const [method, path] = pattern.split(" ");
      return [`${method} /2.0${path}`, guard(fake, handle)];
    }),
  );
}

function guard(fake: FakeBitbucket, handle: BitbucketHandler): RestHandler {
  return async (request) => {
    const { authorization = "" } = request.headers;
    const [, pair = ""] = /^Basic (.+)$/.exec(authorization) ?? [];
    const [, bearer] = /^Bearer (.+)$/.exec(authorization) ?? [];
    const token = bearer ?? Buffer.from(pair, "base64").toString("utf8").split(":")[1];
    const known = fake.tokens.get(token ?? "");
    if (known === undefined)
      return refuse(401, "Token is invalid, expired, or not supported for this endpoint.");
    const scopes = known.scopes?.join(", ") ?? everyScope;
    const access = fake.access.get(known.account) ?? null;
    const reply = await allowed(fake, request, { account: known.account, access }, known.scopes, handle);
    return {
      ...reply,
      headers: { ...reply.headers, "x-oauth-scopes": scopes, "x-accepted-oauth-scopes": "account" },
    };
  };
}

const everyScope = "account, repository:admin, repository:write, pullrequest:write, webhook, pipeline";

function allowed(
  fake: FakeBitbucket,
  request: RestRequest,
  asker: Asker,
  scopes: readonly string[] | null,
  handle: BitbucketHandler,
): RestReply | Promise<RestReply> {
  if (request.url.startsWith("/2.0/user") && scopes !== null && !scopes.includes("account")) {
    const detail = { granted: scopes, required: ["account"] };
    return refuse(403, "Your credentials lack one or more required privilege scopes.", { detail });
  }
  const { workspace, repo } = request.params;
  if (workspace !== undefined && workspace !== fake.workspace) return notFound("Workspace");
  if (repo !== undefined) {
    const isIt = repo === fake.uuid || repo === fake.slug;
    if (!isIt || asker.access === null) return notFound(`Repository ${workspace}/${repo}`);
  }
  return handle(request, asker);
}
