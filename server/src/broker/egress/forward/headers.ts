/** Alternating names and values, as in Node's raw headers. Order, case and repeated headers are preserved. */
export type RawHeaders = readonly string[];

/**
 * Returns the headers without the hop-by-hop headers, including those that `connection` names, without `content-length` and without `dropped`
 * (lowercase).
 */
export function endToEnd(headers: RawHeaders, dropped: readonly string[] = []): string[] {
  const named = pairs(headers)
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.split(",").map((word) => word.trim().toLowerCase()));
  const without = new Set([...hopByHop, ...named, ...dropped]);
  return pairs(headers)
    .filter(([name]) => !without.has(name.toLowerCase()))
    .flat();
}

/**
 * Returns the headers that frame a message's body for the next hop. Without these headers, a request has no body, and a response's body
 * lasts until the connection closes.
 */
export function framing(headers: NodeJS.Dict<string | string[]>): readonly string[] {
  if (headers["transfer-encoding"] !== undefined) return ["transfer-encoding", "chunked"];
  const length = headers["content-length"];
  return typeof length === "string" ? ["content-length", length] : [];
}

export function pairs(headers: RawHeaders): [string, string][] {
  const found: [string, string][] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    found.push([headers[index]!, headers[index + 1]!]);
  }
  return found;
}

/** Hop-by-hop headers from RFC 9110 section 7.6.1, others that older software uses, and `content-length`, which `framing` returns. */
const hopByHop = [
  "connection",
  "content-length",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
