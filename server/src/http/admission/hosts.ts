import { isIP } from "node:net";

/** Paths that are served under any host name, because probes use the address or the name of a container. */
const exempt: ReadonlySet<string> = new Set(["/healthz", "/readyz"]);

export interface HostOptions {
  /** Host names in addition to those that are always allowed. `*.example.com` allows every subdomain, `*` allows every name. */
  readonly allowed: readonly string[];
  readonly publicUrl: () => string;
}

/**
 * Creates a check that a request is meant for this server. With DNS rebinding, another site's page can make its own host name resolve to
 * this server's address, and thereby make requests to it as its own origin. The `Host` header reveals that name. IP addresses cannot be
 * rebound, so they are always allowed, as are `localhost` and the host name of the public URL. The check returns an error message, or null
 * if the request is allowed.
 */
export function createHostCheck({ allowed, publicUrl }: HostOptions) {
  return ({ host, path }: { readonly host: string | undefined; readonly path: string }): string | null => {
    if (exempt.has(path.split("?", 1)[0]!)) return null;
    const name = nameOf(host ?? "");
    if (name === null) return 'The request has no valid "Host" header. Set it to the name of the server.';
    const isKnown =
      isIP(name) !== 0 ||
      name === "localhost" ||
      name.endsWith(".localhost") ||
      name === nameOf(new URL(publicUrl()).host) ||
      allowed.some((pattern) => matches(pattern, name));
    if (isKnown) return null;
    return `This server does not accept requests for the host ${JSON.stringify(name.slice(0, 100))}. Add that name to TEMBO_ALLOWED_HOSTS, or set TEMBO_PUBLIC_URL to the URL that people use.`;
  };
}

/** Returns the host name from a `Host` header, in lowercase and without port, brackets and trailing dot, or null if the header is invalid. */
function nameOf(host: string): string | null {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  return (address ?? name)?.toLowerCase().replace(/\.$/, "") ?? null;
}

function matches(pattern: string, name: string): boolean {
  if (pattern === "*") return true;
  return pattern.startsWith("*.") ? name.endsWith(pattern.slice(1)) : name === pattern;
}
