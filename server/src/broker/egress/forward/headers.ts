/** Names and values in turn, as Node gives and takes raw headers: order, case and repeats stay as they were. */
export type RawHeaders = readonly string[];

/** Without the headers that are meant for one hop, those that `connection` names among them, and without `dropped` (lower case). */
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
 * What says how long a message's body is, for the next hop. A message without either has no body as a request, and lasts
 * until the connection ends as a response.
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

/** RFC 9110 section 7.6.1, with those that older software uses. Length and encoding of the body are `framing`'s. */
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
