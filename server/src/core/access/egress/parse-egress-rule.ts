import { AppError } from "../../base/index.ts";
import { canonicalHost } from "./canonical-host.ts";
import type { EgressRule } from "./egress-policy.ts";
import { isAddress } from "./ip-address.ts";

/**
 * Parses `host`, `*.host`, an IPv4 address or an `[IPv6]` address, each with or without a port. `*.` must be followed
 * by at least two labels. The parser does not check whether those labels are a public suffix such as `co.uk`. Throws
 * `invalid_input` for any other string.
 */
export function parseEgressRule(text: string): EgressRule {
  const trimmed = text.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) throw refuse(text, "Remove the scheme");
  if (/[/?#@\\]/.test(trimmed)) throw refuse(text, "Remove the path, query or username");
  if (/^[0-9a-f]*:[0-9a-f]*:/i.test(trimmed)) throw refuse(text, "Enclose the IPv6 address in brackets");
  const [, wildcard, written, portText] = /^(\*\.)?(\[[^\]]*\]|[^:[\]]*)(?::([^:]*))?$/.exec(trimmed) ?? [];
  if (written === undefined) throw refuse(text, expected);
  if (written === "*")
    throw refuse(text, 'List each host. In the network policy, the preset "open" allows every public host');
  const host = canonicalHost(written);
  if (host === null) throw refuse(text, expected);
  const port = portText === undefined ? null : parsePort(text, portText);
  if (wildcard === undefined) return { host, port };
  if (isAddress(host)) throw refuse(text, 'Remove "*.", because an IP address has no subdomains');
  if (!host.includes(".")) throw refuse(text, 'Use at least two labels after "*.", as in "*.example.com"');
  return { host: `*.${host}`, port };
}

/** Formats a rule in the syntax that `parseEgressRule` accepts. */
export function formatEgressRule({ host, port }: EgressRule): string {
  const written = host.includes(":") ? `[${host}]` : host;
  return port === null ? written : `${written}:${port}`;
}

const expected = "Use host, host:port, *.host or *.host:port";

function parsePort(text: string, written: string): number {
  const port = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw refuse(text, "Use a port from 1 to 65535");
}

function refuse(text: string, fix: string): AppError {
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return new AppError("invalid_input", `The host ${JSON.stringify(shown)} is not valid. ${fix}.`);
}
