import type { FastifyRequest } from "fastify";
import { AppError } from "../../core/base/index.ts";

const pageHeader = "x-tembo-page";

type Request = Pick<FastifyRequest, "method" | "headers">;

/**
 * Checks that a cookie was sent by the server's own page, because a browser also sends cookies with requests from other pages. `Sec-Fetch-Site` (W3C
 * Fetch Metadata) identifies the server's own page, or a navigation by the user. If it is missing, `Origin` decides. A browser may send neither of
 * them if the connection does not use TLS. The request must then contain the `x-tembo-page` header, because CORS prevents other pages from sending
 * it. Throws `forbidden` if another page may have sent the request.
 */
export function requireOwnPage(request: Request): void {
  if (isFromOwnPage(request)) return;
  throw new AppError(
    "forbidden",
    'The server accepts a cookie only from its own pages. Send an API key as "Authorization: Bearer <key>" instead.',
  );
}

/** Returns the page secret in the request, or null if there is none. The page stores the secret in its origin's storage. */
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
