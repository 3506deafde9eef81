import type { z } from "zod";
import type { LocalOrder, LocalPage } from "../../../core/forges/index.ts";
import type { Actor, LocalContext, Place } from "../context.ts";
import { getPlace } from "../operations/places.ts";
import { ApiRefusal } from "./refusal.ts";

export interface ApiRequest {
  readonly context: LocalContext;
  readonly actor: Actor;
  readonly method: string;
  /** Path without the prefix and the query. */
  readonly path: string;
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed body, or undefined if there is none. */
  readonly body: unknown;
  /** GitHub's custom media type, such as `application/vnd.github.diff`, or null for JSON. */
  readonly format: MediaFormat | null;
}

export type MediaFormat = "diff" | "patch" | "raw";

export interface ApiAnswer {
  readonly status: number;
  /** Body, sent as JSON. Text and bytes are sent unchanged. If undefined, the body is empty. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly pattern: RegExp;
  readonly handle: (request: ApiRequest) => Promise<ApiAnswer>;
}

/** Parses the `Accept` header (docs.github.com, "Getting started with the REST API", media types). Returns null for JSON. */
export function formatIn(accept: string | undefined): MediaFormat | null {
  const [, format] = /application\/vnd\.github(?:\.v3)?\.(diff|patch|raw)\b/.exec(accept ?? "") ?? [];
  return (format as MediaFormat | undefined) ?? null;
}

/** Creates a response with one of GitHub's custom media types. */
export const asMedia = (format: MediaFormat, body: string | Buffer): ApiAnswer => ({
  status: 200,
  body,
  headers: { "content-type": `application/vnd.github.v3.${format}; charset=utf-8` },
});

/** Creates a route. `:name` matches one path segment, and `*name` matches one or more segments. */
export function route(path: `${Route["method"]} ${string}`, handle: Route["handle"]): Route {
  const [method, pattern] = path.split(" ", 2) as [Route["method"], string];
  const source = pattern
    .replaceAll(".", "\\.")
    .replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")
    .replaceAll(/\*(\w+)/g, "(?<$1>.+)");
  return { method, pattern: new RegExp(`^${source}$`), handle };
}

/**
 * Creates a route below `/repos/{owner}/{repo}`. Rejects writes to an archived repository, except requests that change or delete the
 * repository itself.
 */
export function inRepo(
  path: `${Route["method"]} ${string}`,
  handle: (request: ApiRequest, place: Place) => Promise<ApiAnswer>,
): Route {
  const [method, below] = path.split(" ", 2) as [Route["method"], string];
  return route(`${method} /repos/:owner/:repo${below}`, async (request) => {
    const place = await namedPlace(request);
    if (place.repository.isArchived && method !== "GET" && below !== "")
      throw new ApiRefusal(403, "Repository was archived so is read-only.");
    return handle(request, place);
  });
}

async function namedPlace({ context, actor, params }: ApiRequest): Promise<Place> {
  const { owner, repo } = params;
  return getPlace(context, actor, await context.records.repositories.findByPath(owner!, repo!));
}

/** Creates a route below `/repos/{owner}/{repo}` for the organization's admins. Rejects requests from other users with GitHub's 403 error. */
export function inRepoAsAdmin(
  path: `${Route["method"]} ${string}`,
  handle: (request: ApiRequest, place: Place) => Promise<ApiAnswer>,
): Route {
  return inRepo(path, async (request, place) => {
    if (!request.actor.isAdmin) throw new ApiRefusal(403, "Must have admin rights to Repository.");
    return handle(request, place);
  });
}

/** Returns a positive number from the path. Throws GitHub's 404 error for other values. */
export function numberIn({ params }: ApiRequest, name: string): number {
  const text = params[name] ?? "";
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new ApiRefusal(404, "Not Found");
  return Number(text);
}

/** Validates a body. Throws GitHub's 422 error if it is invalid. `resource` is GitHub's name for the object in the body. */
export function bodyOf<T>({ body }: ApiRequest, schema: z.ZodType<T>, resource: string): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.slice(0, 20).map((issue) => ({
    resource,
    field: issue.path.join("."),
    code: issue.code === "invalid_type" && /undefined/.test(issue.message) ? "missing_field" : "invalid",
  }));
  const words = errors.map(({ field }) => `"${field}"`).join(", ");
  throw new ApiRefusal(422, `Invalid request. These fields are missing or wrong: ${words}`, errors);
}

/** Returns one page of a list, with links to the adjacent pages. */
export async function paged<T>(
  request: ApiRequest,
  read: (page: LocalPage) => Promise<readonly T[]>,
  wrap: (items: readonly T[]) => unknown = (items) => items,
): Promise<ApiAnswer> {
  const { context, path, query } = request;
  const page = numberOf(query.get("page"), 1, 1_000_000);
  const size = numberOf(query.get("per_page"), 30, 100);
  const found = await read({ skip: (page - 1) * size, limit: size + 1 });
  const link = (to: number, rel: string) => {
    const changed = new URLSearchParams(query);
    changed.set("page", String(to));
    return `<${context.publicUrl()}/api/github/v3${path}?${changed}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev"), link(1, "first")] : []),
    ...(found.length > size ? [link(page + 1, "next")] : []),
  ];
  const body = wrap(found.slice(0, size));
  return { status: 200, body, ...(links.length > 0 && { headers: { link: links.join(", ") } }) };
}

/**
 * Parses the order of a list, and the time `since`. Items that have not changed since then are excluded. Throws GitHub's 422 error for an
 * invalid time.
 */
export function orderOf({ query }: ApiRequest): LocalOrder & { readonly since?: Date } {
  const since = query.get("since");
  if (since !== null && Number.isNaN(Date.parse(since)))
    throw new ApiRefusal(422, '"since" is not a valid time.');
  return {
    sort: query.get("sort") === "updated" ? "updated" : "created",
    direction: query.get("direction") === "asc" ? "asc" : "desc",
    ...(since !== null && { since: new Date(since) }),
  };
}

function numberOf(text: string | null, otherwise: number, most: number): number {
  const number = Number(text ?? otherwise);
  return Number.isInteger(number) && number >= 1 ? Math.min(number, most) : otherwise;
}

/** Returns the requested page of a complete list. */
export const sliced =
  <T>(items: readonly T[]) =>
  async ({ skip, limit }: LocalPage) =>
    items.slice(skip, skip + limit);

export const ok = (body: unknown): ApiAnswer => ({ status: 200, body });
export const created = (body: unknown): ApiAnswer => ({ status: 201, body });
export const noContent: ApiAnswer = { status: 204 };
