import type { FastifyRequest } from "fastify";
import { AppError } from "../../core/base/index.ts";

const pageHeader = "x-tembo-page";

type Request = Pick<FastifyRequest, "method" | "headers">;

/**
 * Checks that a cookie was sent by the server's own page, because a browser sends cookies with requests of any page.
 * `Sec-Fetch-Site` (W3C Fetch Metadata) identifies the server's own page or a navigation by the person. Without it,
 * `Origin` decides. At an address without TLS a browser may send neither. Then the SDK's own header is required, which
 * CORS prevents other pages from sending. Throws `forbidden`.
 */
export function requireOwnPage(request: Request): void {
  if (isFromOwnPage(request)) return;
  throw new AppError(
    "forbidden",
    'The server accepts a cookie only from its own pages. Send an API key as "Authorization: Bearer <key>" instead.',
  );
}

/** Returns the secret that the page keeps in the storage of its origin. */
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
