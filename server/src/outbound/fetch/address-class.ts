import { canonicalHost, type EgressRule } from "../../core/access/index.ts";
import { isPrivateHost } from "../reach/find-addresses.ts";
import type { Target } from "../reach/target.ts";

/** Returns the host and port of a URL, or null if no connection to them is possible. */
export function targetOf({ protocol, hostname, port }: URL): Target | null {
  const host = canonicalHost(hostname);
  const number = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  return host === null || number === 0 ? null : { host, port: number };
}

/**
 * True if a response from `from` may direct the server to `to`. Only http and https URLs are permitted. On another origin, plain HTTP after
 * TLS is not permitted, and a public server must not direct to a host that the operator lists as private.
 */
export function mayLeadTo(from: URL, to: URL, privateHosts: readonly EgressRule[]): boolean {
  if (!/^https?:$/.test(to.protocol)) return false;
  if (from.origin === to.origin) return true;
  if (from.protocol === "https:" && to.protocol === "http:") return false;
  const [source, target] = [targetOf(from), targetOf(to)];
  if (source === null || target === null) return false;
  return isPrivateHost(privateHosts, source) || !isPrivateHost(privateHosts, target);
}
