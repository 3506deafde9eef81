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

/** Parses `host:port` of a CONNECT, with the port (RFC 9112 section 3.2.3). Returns null for anything else. */
export function parseAuthority(text: string): Target | null {
  const [, written = "", portText = ""] = /^(\[[^\]]*\]|[^:[\]]*):(\d{1,5})$/.exec(text) ?? [];
  const host = canonicalHost(written);
  const port = Number(portText);
  return host === null || port < 1 || port > 65_535 ? null : { host, port };
}

/** Parses the absolute form (RFC 9112 section 3.2.2), only of http and without a user. Returns null for anything else. */
export function parseAbsolute(text: string): HttpTarget | null {
  const [, authority = "", path = ""] = /^http:\/\/([^/?#@\\]+)([/?][^#]*)?$/i.exec(text) ?? [];
  const target = parseAuthority(/:\d+$/.test(authority) ? authority : `${authority.replace(/:$/, "")}:80`);
  return target === null ? null : { ...target, path: path.startsWith("/") ? path : `/${path}` };
}

/** Parses the origin form (RFC 9112 section 3.2.1). Returns null for anything else. */
export function parseOrigin(text: string): string | null {
  return /^\/[^#]*$/.test(text) ? text : null;
}
