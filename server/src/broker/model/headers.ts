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
  "http2-settings",
];

/** Whatever a harness was told to use as its key means nothing outside. */
const credential = /authorization|api-?key|cookie|(^|[-_])(tokens?|secrets?|credentials?|password)([-_]|$)/;

/** Where the request came from or should go, told to proxies on the way: this one makes the request its own. */
const routing =
  /^(forwarded|via|host|x-real-ip|x-client-ip|true-client-ip|x-host|x-rewrite-url|x-(forwarded|original|envoy|http-method|method)\b.*)$/;

/** Chooses among the accounts that the operator's key may use, or (field masks) takes the usage out of the answer. */
const account =
  /^(openai-(organization|project)|x-goog-(user-project|fieldmask|request-params).*|x-server-timeout)$/;

const anthropicKnown = new Set([
  "anthropic-version",
  "anthropic-beta",
  "anthropic-dangerous-direct-browser-access",
]);

/** Said anew for the buffered body. No encoding is accepted, so that usage and refusals can be read on their way. */
const ofThisHop = ["content-length", "expect", "accept-encoding"];

/** What of a client's headers goes on to the provider. */
export function requestHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(without(headers, ofThisHop)).filter(
      ([name]) =>
        !credential.test(name) &&
        !routing.test(name) &&
        !account.test(name) &&
        (!name.startsWith("anthropic-") || anthropicKnown.has(name)),
    ),
  );
}

/** What of a provider's headers goes back to the client. Cookies and account names are the operator's. */
export function responseHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return without(headers, [
    "set-cookie",
    "alt-svc",
    "openai-organization",
    "openai-project",
    "anthropic-organization-id",
  ]);
}

function without(headers: IncomingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders {
  // `connection` may name more that are meant for one hop only.
  const named = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  const dropped = new Set([...hopByHop, ...names, ...named]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}
