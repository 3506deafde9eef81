import { canonicalHost } from "../../core/access/index.ts";

/** Destination of a connection. `host` has the form that `canonicalHost` returns. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface HttpTarget extends Target {
  /** Path and query, with a leading slash. */
  readonly path: string;
}

/** Parses the `host:port` of a CONNECT request (RFC 9112 section 3.2.3). The port is required. Returns null for any other string. */
export function parseAuthority(text: string): Target | null {
  const [, written = "", portText = ""] = /^(\[[^\]]*\]|[^:[\]]*):(\d{1,5})$/.exec(text) ?? [];
  const host = canonicalHost(written);
  const port = Number(portText);
  return host === null || port < 1 || port > 65_535 ? null : { host, port };
}

/**
 * Parses the absolute form of a request target (RFC 9112 section 3.2.2). Accepts only http URLs without user information. Returns null for
 * any other string.
 */
export function parseAbsolute(text: string): HttpTarget | null {
  const [, authority = "", path = ""] = /^http:\/\/([^/?#@\\]+)([/?][^#]*)?$/i.exec(text) ?? [];
  const target = parseAuthority(/:\d+$/.test(authority) ? authority : `${authority.replace(/:$/, "")}:80`);
  return target === null ? null : { ...target, path: path.startsWith("/") ? path : `/${path}` };
}

/** Parses the origin form of a request target (RFC 9112 section 3.2.1). Returns null for any other string. */
export function parseOrigin(text: string): string | null {
  return /^\/[^#]*$/.test(text) ? text : null;
}
