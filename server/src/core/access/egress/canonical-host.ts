/**
 * Returns the host as the resolver sees it, or null if `text` is not a host. The result is in lower case, with IDNs as
 * punycode and without a trailing dot or brackets. Every IPv4 spelling that getaddrinfo(3) accepts (`127.1`, `0x7f.1`,
 * `2130706433`, octal) becomes dotted decimal, and an IPv6 address becomes its shortest form. A check of the result
 * therefore applies to the host that the proxy connects to.
 */
export function canonicalHost(text: string): string | null {
  if (text.length > maxHostCharacters) return null;
  // A URL parser would end the host at some of the excluded characters, and decode others.
  if (!/^(\[[0-9a-f:.]+\]|[^\s\u0000-\u0020"#%/:<>?@[\\\]^`{|}*\u007f]+)$/i.test(text)) return null;
  const host = URL.parse(`http://${text}/`)?.hostname;
  if (host === undefined || host === "") return null;
  if (host.startsWith("[")) return host.slice(1, -1);
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  const labels = name.split(".");
  const isName = name.length <= 253 && labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label));
  return isName ? name : null;
}

/** Returns `host:port`, with brackets around an IPv6 address. */
export function formatHostPort(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Maximum length of a host before the conversion to punycode. No valid name is longer. */
const maxHostCharacters = 1_000;
