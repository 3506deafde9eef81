import type { IncomingHttpHeaders } from "node:http";

interface Sourced {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Decides whether a browser may use its grant for a request, by the page that sends it. All previews of a server are
 * one site, so `SameSite` does not keep one session's hostile page from sending requests to another session's preview.
 * `isOfSession` is true for the origin of a preview of the same session.
 *
 * - `allow`: the page belongs to the session, or a person opens the address.
 * - `preflight`: a page of the session wants to send a request. The browser sends a preflight request first, without
 *   cookies, so the server answers it.
 * - `refuse`: another page sends the request.
 */
export function decideSource(
  { method, headers }: Sourced,
  isOfSession: (origin: string) => boolean,
): "allow" | "preflight" | "refuse" {
  const source = headers.origin ?? originOf(headers.referer);
  const isFromSession = source !== undefined && isOfSession(source);
  if (isFromSession)
    return method === "OPTIONS" && headers["access-control-request-method"] !== undefined
      ? "preflight"
      : "allow";
  const site = headers["sec-fetch-site"];
  // A page with the referrer policy `no-referrer` sends `null` in its forms. Browsers report a sandboxed frame, which
  // sends the same origin, as another site.
  const isOwnForm = headers.origin === "null" && site === "same-origin";
  if (headers.origin !== undefined && !isOwnForm) return "refuse";
  // Browsers omit the header if the connection does not use TLS, and programs such as curl never send it.
  if (site === undefined || site === "same-origin" || site === "none") return "allow";
  const isRead = method === "GET" || method === "HEAD";
  return isRead && headers["sec-fetch-mode"] === "navigate" ? "allow" : "refuse";
}

function originOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : URL.parse(address)?.origin;
}
