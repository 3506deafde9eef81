import { isIP } from "node:net";

/** Paths that are served under any host name, because health checks use a container's address or name. */
const exempt: ReadonlySet<string> = new Set(["/healthz", "/readyz"]);

export interface HostOptions {
  /** Host names in addition to those that are always allowed. `*.example.com` allows every subdomain, and `*` allows every name. */
  readonly allowed: readonly string[];
  readonly publicUrl: () => string;
}

/**
 * Creates a check that prevents DNS rebinding. With DNS rebinding, another site's host name resolves to this server's
 * address, so that the site's page can send requests to this server as its own origin. The `Host` header contains that
 * name. Always allows the public URL's host name, `localhost` and its subdomains, and IP addresses, which cannot be
 * rebound. The check returns an error message, or null if the request is allowed.
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

/**
 * Returns the host name from a `Host` header, in lowercase and without the port, brackets and trailing dot, or null if the header is
 * invalid.
 */
function nameOf(host: string): string | null {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  return (address ?? name)?.toLowerCase().replace(/\.$/, "") ?? null;
}

function matches(pattern: string, name: string): boolean {
  if (pattern === "*") return true;
  return pattern.startsWith("*.") ? name.endsWith(pattern.slice(1)) : name === pattern;
}
