import type { RestHandler, RestReply, RestRequest, RestRoutes } from "../../testing/rest-server.ts";
import type { Account } from "./bitbucket-records.ts";
import type { Access, FakeBitbucket } from "./fake-bitbucket.ts";
import { pullRoutes } from "./pull-routes.ts";
import { compileQuery } from "./query-language.ts";
import { repositoryRoutes } from "./repository-routes.ts";

/** Who asks, and what they may do in the repository. */
export interface Asker {
  readonly account: Account;
  readonly access: Access | null;
}

export type BitbucketHandler = (request: RestRequest, asker: Asker) => RestReply | Promise<RestReply>;

export const refuse = (status: number, message: string, more: object = {}): RestReply => ({
  status,
  body: { type: "error", error: { message, ...more } },
});
export const notFound = (what = "Resource") => refuse(404, `${what} not found`);
export const mayWrite = ({ access }: Asker) => access === "admin" || access === "write";
export const noRight = () => refuse(403, "Your credentials lack the required permission on this repository.");

/** A page of a list, with the address of the next one. */
export function page(all: readonly unknown[], request: RestRequest): RestReply {
  const isWanted = compileQuery(request.query.get("q") ?? "");
  if (isWanted === null) return refuse(400, `Invalid query: ${request.query.get("q")}`);
  const found = all.filter(isWanted);
  const length = Math.min(100, Number(request.query.get("pagelen") ?? 10));
  const number = Number(request.query.get("page") ?? 1);
  const values = found.slice((number - 1) * length, number * length);
  const next = new URL(request.url, `http://${request.headers.host}`);
  next.searchParams.set("page", String(number + 1));
  const isLast = number * length >= found.length;
  return {
    status: 200,
    body: { pagelen: length, page: number, size: found.length, values, ...(isLast ? {} : { next }) },
  };
}

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
