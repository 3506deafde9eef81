import type { FakeProject, FakeUser } from "./fake-records.ts";
import { forbidden, notFound } from "./fake-refusal.ts";
import type { Answer, FakeGitlab } from "./fake-state.ts";

export interface Asked {
  readonly fake: FakeGitlab;
  readonly user: FakeUser;
  readonly scopes: readonly string[];
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}
export type Handler = (asked: Asked) => Answer | Promise<Answer>;
export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: Handler;
}

/** Creates a route. In `path`, `*` matches one segment, as in "projects/*\/hooks/*". The handler receives the decoded segments. */
export function route(method: string, path: string, handler: Handler): Route {
  const source = path.split("*").map(literal).join("([^/]+)");
  return { method, pattern: new RegExp(`^${source}$`), handler };
}
const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

export function findRoute(routes: readonly Route[], method: string, path: string) {
  for (const one of routes) {
    const match = one.method === method ? one.pattern.exec(path) : null;
    if (match !== null) return { handler: one.handler, params: match.slice(1).map(decodeURIComponent) };
  }
  return null;
}

/**
 * Returns the project that the first parameter identifies, by ID or path. Throws a refusal with status 404 if the user cannot see the
 * project, or 403 if the user's role is below `least`.
 */
export function projectOf({ fake, user, params }: Asked, least = 10): FakeProject {
  const [id = ""] = params;
  const found = fake.projects.find((one) =>
    /^\d+$/.test(id) ? one.id === Number(id) : `${one.namespace}/${one.path}` === id,
  );
  const level = found?.members.get(user.id) ?? 0;
  if (found === undefined || level === 0) throw notFound("404 Project Not Found");
  if (level < least) throw forbidden();
  return found;
}

/** Returns one page of a list, with GitLab's pagination headers. */
export function paged(asked: Pick<Asked, "query">, path: string, all: readonly unknown[]): Answer {
  const page = Number(asked.query.get("page") ?? 1);
  const perPage = Math.min(100, Number(asked.query.get("per_page") ?? 20));
  const pages = Math.max(1, Math.ceil(all.length / perPage));
  const next = page < pages ? page + 1 : null;
  const query = new URLSearchParams(asked.query);
  query.set("page", String(next));
  query.set("per_page", String(perPage));
  return {
    body: all.slice((page - 1) * perPage, page * perPage),
    headers: {
      "x-page": String(page),
      "x-per-page": String(perPage),
      "x-total": String(all.length),
      "x-total-pages": String(pages),
      "x-next-page": next === null ? "" : String(next),
      "x-prev-page": page > 1 ? String(page - 1) : "",
      ...(next !== null && { link: `<${path}?${query}>; rel="next"` }),
    },
  };
}
