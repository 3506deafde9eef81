import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Responds with 403 and returns true if a web page sent the request. A browser in the sandbox may open pages of other hosts, which must not use
 * the session's sockets. Browsers add `Origin` to every request of a page that can have an effect, and no other program sends it.
 */
export function refusePage(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.headers.origin === undefined) return false;
  request.resume();
  const error =
    "Web pages cannot use this address. Send the request from a program, without an Origin header.";
  response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ error }));
  return true;
}
