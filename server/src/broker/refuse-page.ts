import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Responds with 403 and returns true if a web page sent the request. A browser in the sandbox may open pages of other hosts, which must not use
 * the session's sockets. Browsers add `Origin` to requests that can have an effect. To every request for a loopback address, they add
 * `Sec-Fetch-Site`, which is `none` if no page caused the request. Other programs need neither header.
 */
export function refusePage(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin, "sec-fetch-site": site = "none" } = request.headers;
  if (origin === undefined && site === "none") return false;
  request.resume();
  const error =
    "Web pages cannot use this address. Send the request from a program, without an Origin or Sec-Fetch-Site header.";
  response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ error }));
  return true;
}
