import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** Hop-by-hop headers of RFC 9110 section 7.6.1, with those that older software uses. */
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

/** Credentials. The key that a harness was given has no meaning outside of the sandbox. */
const credential = /authorization|api-?key|cookie|(^|[-_])(tokens?|secrets?|credentials?|password)([-_]|$)/;

/** Headers that inform proxies about the source and destination of a request. The gateway makes the request its own. */
const routing =
  /^(forwarded|via|host|x-real-ip|x-client-ip|true-client-ip|x-host|x-rewrite-url|x-(forwarded|original|envoy|http-method|method)\b.*)$/;

/** Headers that choose among the accounts that the operator's key may use, or (field masks) that remove the usage from the response. */
const account =
  /^(openai-(organization|project)|x-goog-(user-project|fieldmask|request-params).*|x-server-timeout)$/;

const anthropicKnown = new Set([
  "anthropic-version",
  "anthropic-beta",
  "anthropic-dangerous-direct-browser-access",
]);

/** Headers that are set again for the buffered body. No encoding is accepted, so that the gateway can read usage and refusals. */
const ofThisHop = ["content-length", "expect", "accept-encoding"];

/** Returns the client's headers that are forwarded to the provider. */
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

/** Returns the provider's headers that are passed back to the client. Cookies and account names belong to the operator. */
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
  // `connection` may name further hop-by-hop headers.
  const named = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  const dropped = new Set([...hopByHop, ...names, ...named]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}
