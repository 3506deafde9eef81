import type { RestHandler, RestRequest, RestRoutes } from "../../testing/rest-server.ts";
import { conversationRoutes } from "./conversation-routes.ts";
import type { FakeGitea } from "./fake-gitea.ts";
import { type GiteaHandler, notFound, refuse } from "./gitea-handler.ts";
import { pullRoutes } from "./pull-routes.ts";
import { repositoryRoutes } from "./repository-routes.ts";

export function giteaRoutes(fake: FakeGitea): RestRoutes {
  const routes = { ...repositoryRoutes(fake), ...pullRoutes(fake), ...conversationRoutes(fake) };
  return Object.fromEntries(
    Object.entries(routes).map(([pattern, handle]) => {
      const [method, path] = pattern.split(" ");
      return [`${method} /api/v1${path}`, guard(fake, handle)];
    }),
  );
}

/** Checks the token, then the scope, then the repository, and rejects the request in Gitea's order. */
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
