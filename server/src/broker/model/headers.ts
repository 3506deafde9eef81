import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** Hop-by-hop headers from RFC 9110 section 7.6.1, and others that older software uses. */
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

/** Headers that contain credentials. The key that the harness received has no meaning outside the sandbox. */
const credential = /authorization|api-?key|cookie|(^|[-_])(tokens?|secrets?|credentials?|password)([-_]|$)/;

/**
 * Headers with which proxies record or change the source and destination of a request. The gateway removes them and sends the request as
 * its own.
 */
const routing =
  /^(forwarded|via|host|x-real-ip|x-client-ip|true-client-ip|x-host|x-rewrite-url|x-(forwarded|original|envoy|http-method|method)\b.*)$/;

/**
 * Headers that select one of the operator's accounts, set a field mask or control how the provider processes the request. A field mask could
 * remove the usage from the response.
 */
const account =
  /^(openai-(organization|project)|x-goog-(user-project|fieldmask|request-params).*|x-server-timeout)$/;

const anthropicKnown = new Set([
  "anthropic-version",
  "anthropic-beta",
  "anthropic-dangerous-direct-browser-access",
]);

/**
 * Headers that do not apply to the forwarded request. The gateway buffers the body, and requests no compression, so that it can read usage and
 * refusals.
 */
const ofThisHop = ["content-length", "expect", "accept-encoding"];

/** Returns the client's headers to forward to the provider. */
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

/**
 * Returns the provider's headers to pass on to the client. Omits hop-by-hop headers, cookies, alternative services and the names of the
 * operator's account.
 */
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
