/**
 * Returns the 4 or 16 bytes of an IP address, or null for any other string. Accepts dotted decimal IPv4 and every IPv6
 * form of RFC 4291, without a zone.
 */
export function parseAddress(text: string): readonly number[] | null {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

export function isAddress(text: string): boolean {
  return parseAddress(text) !== null;
}

function parseIpv4(text: string): readonly number[] | null {
  const parts = text.split(".");
  const isDecimal = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part));
  const bytes = parts.map(Number);
  return isDecimal && bytes.every((byte) => byte <= 255) ? bytes : null;
}

function parseIpv6(text: string): readonly number[] | null {
  if (!/^[0-9a-f:.]+$/i.test(text)) return null;
  const canonical = URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1);
  if (canonical === undefined) return null;
  const [left = "", right] = canonical.split("::");
  const before = groups(left);
  const after = groups(right ?? "");
  const zeros = Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}

function groups(text: string): readonly number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}
