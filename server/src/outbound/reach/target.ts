import { canonicalHost } from "../../core/access/index.ts";

/** Where a request is to go. `host` is as `canonicalHost` writes it. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface HttpTarget extends Target {
  /** Path and query, beginning with a slash. */
  readonly path: string;
}

/** RFC 9112 section 3.2.3: `host:port` of a CONNECT, with the port. Null for anything else. */
export function parseAuthority(text: string): Target | null {
  const [, written = "", portText = ""] = /^(\[[^\]]*\]|[^:[\]]*):(\d{1,5})$/.exec(text) ?? [];
  const host = canonicalHost(written);
  const port = Number(portText);
  return host === null || port < 1 || port > 65_535 ? null : { host, port };
}

/** RFC 9112 section 3.2.2: the absolute form, of http only, without a user. Null for anything else. */
export function parseAbsolute(text: string): HttpTarget | null {
  const [, authority = "", path = ""] = /^http:\/\/([^/?#@\\]+)([/?][^#]*)?$/i.exec(text) ?? [];
  const target = parseAuthority(/:\d+$/.test(authority) ? authority : `${authority.replace(/:$/, "")}:80`);
  return target === null ? null : { ...target, path: path.startsWith("/") ? path : `/${path}` };
}

/** RFC 9112 section 3.2.1: the origin form. Null for anything else. */
export function parseOrigin(text: string): string | null {
  return /^\/[^#]*$/.test(text) ? text : null;
}
