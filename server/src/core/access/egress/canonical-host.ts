/**
 * A host as the resolver will see it: lower case, IDN as punycode, no trailing dot, no brackets. Every spelling of an
 * IPv4 address that getaddrinfo(3) takes (`127.1`, `0x7f.1`, `2130706433`, octal) becomes the dotted one, and an IPv6
 * address its shortest form, so that a check of the result is a check of what is connected to. Null for what is no host.
 */
export function canonicalHost(text: string): string | null {
  if (text.length > maxHostCharacters) return null;
  // A URL would end the host at some of these, and decode others.
  if (!/^(\[[0-9a-f:.]+\]|[^\s\u0000-\u0020"#%/:<>?@[\\\]^`{|}*\u007f]+)$/i.test(text)) return null;
  const host = URL.parse(`http://${text}/`)?.hostname;
  if (host === undefined || host === "") return null;
  if (host.startsWith("[")) return host.slice(1, -1);
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  const labels = name.split(".");
  const isName = name.length <= 253 && labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label));
  return isName ? name : null;
}

/** `host:port`, with the brackets that an IPv6 address needs. */
export function formatHostPort(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** More than any name has, also before it becomes punycode. */
const maxHostCharacters = 1_000;
