import type { RestHandler, RestReply, RestRequest, RestRoutes } from "../../testing/rest-server.ts";
import { conversationRoutes } from "./conversation-routes.ts";
import type { Access, FakeGitea } from "./fake-gitea.ts";
import type { Account } from "./gitea-records.ts";
import { pullRoutes } from "./pull-routes.ts";
import { repositoryRoutes } from "./repository-routes.ts";

/** Who asks, and what they may do in the repository. */
export interface Asker {
  readonly account: Account;
  readonly access: Access | null;
}

export type GiteaHandler = (request: RestRequest, asker: Asker) => RestReply | Promise<RestReply>;

export const refuse = (status: number, message: string): RestReply => ({
  status,
  body: { message, url: "http://localhost/api/swagger" },
});
export const notFound = () => refuse(404, "The target couldn't be found.");

/** A page of a list, counted as Gitea counts: at most 50 a page. */
export function page(all: readonly unknown[], { query }: RestRequest): RestReply {
  const limit = Math.min(50, Number(query.get("limit") ?? 30));
  const from = (Number(query.get("page") ?? 1) - 1) * limit;
  return {
    status: 200,
    body: all.slice(from, from + limit),
    headers: { "x-total-count": String(all.length) },
  };
}

export function giteaRoutes(fake: FakeGitea): RestRoutes {
  const routes = { ...repositoryRoutes(fake), ...pullRoutes(fake), ...conversationRoutes(fake) };
  return Object.fromEntries(
    Object.entries(routes).map(([pattern, handle]) => {
      const [method, path] = pattern.split(" ");
      return [`${method} /api/v1${path}`, guard(fake, handle)];
    }),
  );
}

/** Token, then scope, then repository, in the order in which Gitea looks. */
function guard(fake: FakeGitea, handle: GiteaHandler): RestHandler {
  return (request) => {
    const [, token] = /^(?:token|Bearer) (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
    const known = fake.tokens.get(token ?? "");
    if (known === undefined) return refuse(401, "invalid username, password or token");
    const scope = scopeFor(request);
    if (known.scopes !== null && !covers(known.scopes, scope)) {
      const given = known.scopes.join(",");
      return refuse(
        403,
        `token does not have at least one of required scope(s), required=[${scope}], token scope=${given}`,
      );
    }
    const { owner, name } = request.params;
    const access = fake.access.get(known.account.id) ?? null;
    if (owner !== undefined) {
      if (owner === fake.owner && fake.oldNames.has(name ?? "")) {
        const location = request.url.replace(`/${owner}/${name}`, `/${owner}/${fake.name}`);
        return { status: 307, headers: { location } };
      }
      if (owner !== fake.owner || name !== fake.name || access === null) return notFound();
      if (fake.isArchived && request.method !== "GET") return refuse(423, `${owner}/${name} is archived.`);
    }
    return handle(request, { account: known.account, access });
  };
}

function scopeFor({ method, url }: RestRequest): string {
  const kind = /\/repos\/[^/]+\/[^/]+\/issues/.test(url)
    ? "issue"
    : /\/user($|\?)/.test(url)
      ? "user"
      : "repository";
  return `${method === "GET" ? "read" : "write"}:${kind}`;
}

const covers = (scopes: readonly string[], scope: string) =>
  scopes.includes(scope) || scopes.includes(scope.replace("read:", "write:")) || scopes.includes("all");

export const mayWrite = ({ access }: Asker) => access === "admin" || access === "write";
