import { parseHostLabel } from "../../core/turns/index.ts";

export type HeaderLists = Readonly<Record<string, readonly string[] | undefined>>;
export type OutgoingHeaders = Readonly<Record<string, string | readonly string[]>>;

/** The preview's own origin, and the origin of another port of the same session. */
export interface PreviewOrigins {
  readonly hostLabel: string;
  readonly origin: string;
  readonly originOf: (hostLabel: string) => string;
  /** Origin of the dashboard, which may show previews in frames. */
  readonly dashboardOrigin: string;
}

/** Headers for one connection only (RFC 9110, section 7.6.1), or that Node writes. */
const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-authentication-info",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/**
 * Request headers about the way to this server. The program receives none of them: they could contradict `Host`, and
 * contain the person's address.
 */
const ofProxies =
  /^(?:forwarded|via|x-forwarded-.*|x-real-ip|true-client-ip|cf-.*|x-envoy-.*|expect|x-tembo-.*)$/;
/**
 * Response headers with an effect beyond the preview's own host name. `clear-site-data` deletes cookies of the whole
 * registrable domain. `alt-svc` and `strict-transport-security` change how the browser reaches the host.
 */
const withheld: ReadonlySet<string> = new Set(["alt-svc", "clear-site-data", "strict-transport-security"]);
const ownCookie = /^(?:__Host-|__Secure-)?tembo_/i;
const ownKey = /^\s*(?:bearer|token)\s+tembo_/i;
const localOrigin =
  /^http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\])(?::(\d{1,5}))?(?=[/?#]|$)/i;
const maxSetCookies = 100;

/**
 * Returns the request's headers for the program. The program sees requests to its own address, `http://localhost:PORT`,
 * because development servers reject other names: `Host` has that value, and `Origin` and `Referer` are translated.
 * Tembo's cookies and keys are removed.
 */
export function requestHeaders(received: HeaderLists, origins: PreviewOrigins): OutgoingHeaders {
  const { port } = parseHostLabel(origins.hostLabel);
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, values] of endToEnd(received)) {
    if (ofProxies.test(name)) continue;
    if (name === "cookie") {
      const rest = withoutOwnCookies(values.join("; "));
      if (rest !== "") headers.cookie = rest;
    } else if (name === "authorization") {
      const [value = ""] = values;
      if (!ownKey.test(value)) headers.authorization = value;
    } else if (name === "origin" || name === "referer") {
      headers[name] = toLocal(values[0] ?? "", origins);
    } else headers[name] = single(values);
  }
  // Without either header, the request has no body.
  if (received["transfer-encoding"] !== undefined) {
    delete headers["content-length"];
    headers["transfer-encoding"] = "chunked";
  }
  headers.host = `localhost:${port}`;
  return headers;
}

/** Returns the program's response headers for the browser. */
export function responseHeaders(received: HeaderLists, origins: PreviewOrigins): OutgoingHeaders {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, values] of endToEnd(received)) {
    if (withheld.has(name)) continue;
    if (name === "set-cookie") headers[name] = values.flatMap(ofHostOnly).slice(0, maxSetCookies);
    else if (name === "location" || name === "access-control-allow-origin")
      headers[name] = toPublic(values[0] ?? "", origins);
    else headers[name] = single(values);
  }
  headers["content-security-policy"] = [
    ...[received["content-security-policy"] ?? []].flat(),
    `frame-ancestors 'self' ${origins.dashboardOrigin}`,
  ];
  headers["origin-agent-cluster"] = "?1";
  headers["x-robots-tag"] = "noindex";
  if (origins.origin.startsWith("https:")) headers["strict-transport-security"] = "max-age=31536000";
  return headers;
}

function endToEnd(received: HeaderLists): (readonly [string, readonly string[]])[] {
  const named = new Set(
    (received.connection ?? [])
      .join(",")
      .toLowerCase()
      .split(/\s*,\s*/),
  );
  return Object.entries(received).filter(
    (entry): entry is [string, readonly string[]] =>
      entry[1] !== undefined && !hopByHop.has(entry[0]) && !named.has(entry[0]),
  );
}

const single = (values: readonly string[]) => (values.length === 1 ? values[0]! : values);

function withoutOwnCookies(cookies: string): string {
  return cookies
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "" && !ownCookie.test(pair))
    .join("; ");
}

/** Removes `Domain`, so that the cookie stays on its host, and rejects cookies with Tembo's names. */
function ofHostOnly(cookie: string): string[] {
  if (ownCookie.test(cookie.trim())) return [];
  const [pair = "", ...attributes] = cookie.split(";");
  return [[pair, ...attributes.filter((one) => !/^\s*domain\s*(?:=|$)/i.test(one))].join(";")];
}

/** Translates an address of this session's previews to the address inside the sandbox. Leaves other addresses unchanged. */
function toLocal(address: string, { hostLabel, originOf }: PreviewOrigins): string {
  const origin = URL.parse(address)?.origin;
  const { sibling } = parseHostLabel(hostLabel);
  const port = /^https?:\/\/(\d{1,5})-/.exec(origin ?? "")?.[1];
  if (origin === undefined || port === undefined || origin !== originOf(sibling(Number(port))))
    return address;
  return `http://localhost:${port}${address.slice(origin.length)}`;
}

/**
 * Translates an address inside the sandbox to the preview of its port. Leaves other addresses unchanged, such as those
 * with `https:`, because a preview connects to its program without TLS.
 */
function toPublic(address: string, { hostLabel, originOf }: PreviewOrigins): string {
  return address.replace(localOrigin, (_whole, port: string | undefined) =>
    originOf(parseHostLabel(hostLabel).sibling(Number(port ?? 80))),
  );
}
