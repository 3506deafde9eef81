import type { FastifyRequest } from "fastify";
import { AppError } from "../../core/base/index.ts";

const pageHeader = "x-tembo-page";

type Request = Pick<FastifyRequest, "method" | "headers">;

/**
 * A browser sends the cookie with whatever page asks. `Sec-Fetch-Site` (W3C Fetch Metadata) says that the page is the server's own, or that a
 * person opened the address themselves; `Origin` says it where the browser does not. At an address without TLS it may say neither: there the
 * SDK's own header does, which no other page can send, as none is allowed to. Throws `forbidden`.
 */
export function requireOwnPage(request: Request): void {
  if (isFromOwnPage(request)) return;
  throw new AppError(
    "forbidden",
    'A cookie is taken from the server\'s own pages only; send an API key as "Authorization: Bearer <key>" instead.',
  );
}

/** What the page keeps of its sign-in in the storage of its origin. */
export function pageSecretOf({ headers }: Pick<FastifyRequest, "headers">): string | null {
  const secret = headers[pageHeader];
  return typeof secret === "string" ? secret : null;
}

function isFromOwnPage({ method, headers }: Request): boolean {
  const site = headers["sec-fetch-site"];
  if (site === undefined) {
    if (headers.origin === undefined) return headers[pageHeader] !== undefined;
    return hostOf(headers.origin) === headers.host;
  }
  if (site === "same-origin") return true;
  const isRead = method === "GET" || method === "HEAD";
  return site === "none" && isRead && headers["sec-fetch-mode"] === "navigate";
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}
