import type { IncomingMessage } from "node:http";

/** Headers for one connection only (RFC 9110, section 7.6.1), or that Node writes. */
const hopByHop =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length)$/;
/** Headers about the client's address. The connection itself has the address. */
const ofProxies = /^(?:forwarded|x-forwarded-for|x-real-ip)$/;

/** Headers of a message that apply beyond its connection. */
export function endToEndHeaders(message: IncomingMessage): Record<string, string | readonly string[]> {
  const named = (message.headers.connection ?? "").toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(
    Object.entries(message.headersDistinct).flatMap(([name, values]) =>
      values === undefined || hopByHop.test(name) || ofProxies.test(name) || named.includes(name)
        ? []
        : [[name, values.length === 1 ? values[0]! : values]],
    ),
  );
}

/** Headers that describe the length of a message's body. Without them, the message has no body. */
export function bodyHeaders({ headers }: IncomingMessage): Record<string, string> {
  if (headers["transfer-encoding"] !== undefined) return { "transfer-encoding": "chunked" };
  const length = headers["content-length"];
  return length === undefined ? {} : { "content-length": length };
}
