import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** RFC 9110 section 7.6.1, with those that older software uses. */
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Whatever a harness was told to use as its key means nothing outside. */
const credentials = ["authorization", "x-api-key", "x-goog-api-key", "api-key", "cookie"];

/** What of a client's headers goes on to the provider. No encoding is accepted, so that a refusal can be read on its way. */
export function requestHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return without(headers, [...credentials, "host", "expect", "accept-encoding"]);
}

/** What of a provider's headers goes back to the client. Cookies are of the operator's account. */
export function responseHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return without(headers, ["set-cookie"]);
}

function without(headers: IncomingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders {
  // `connection` may name more that are meant for one hop only.
  const named = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  const dropped = new Set([...hopByHop, ...names, ...named]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}
