import { isIP } from "node:net";

/** Answered on whatever name: probes ask by the address or the name of a container. */
const exempt: ReadonlySet<string> = new Set(["/healthz", "/readyz"]);

export interface HostOptions {
  /** Names beside those that are always allowed. `*.example.com` allows every name below, `*` every name. */
  readonly allowed: readonly string[];
  readonly publicUrl: () => string;
}

/**
 * Decides whether a request was meant for this server. A page of another site can have its own name resolve to this server's address
 * (DNS rebinding) and is then of one origin with it; the name in `Host` tells. An IP address cannot be rebound, so it is always allowed,
 * as are the name of the public URL and `localhost`. Returns a sentence for a refusal, else null.
 */
export function createHostCheck({ allowed, publicUrl }: HostOptions) {
  return ({ host, path }: { readonly host: string | undefined; readonly path: string }): string | null => {
    if (exempt.has(path.split("?", 1)[0]!)) return null;
    const name = nameOf(host ?? "");
    if (name === null) return 'The request has no usable "Host"; send the name of the server in it.';
    const isKnown =
      isIP(name) !== 0 ||
      name === "localhost" ||
      name.endsWith(".localhost") ||
      name === nameOf(new URL(publicUrl()).host) ||
      allowed.some((pattern) => matches(pattern, name));
    if (isKnown) return null;
    return `This server is not known as ${JSON.stringify(name.slice(0, 100))}: add that name to TEMBO_ALLOWED_HOSTS, or set TEMBO_PUBLIC_URL to the address that people use.`;
  };
}

/** The name of a `Host` header in lower case, without port, brackets and the root's dot. Null for what is none. */
function nameOf(host: string): string | null {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  return (address ?? name)?.toLowerCase().replace(/\.$/, "") ?? null;
}

function matches(pattern: string, name: string): boolean {
  if (pattern === "*") return true;
  return pattern.startsWith("*.") ? name.endsWith(pattern.slice(1)) : name === pattern;
}
