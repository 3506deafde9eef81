import { type ClientRequest, request } from "node:http";
import type { Duplex } from "node:stream";

export interface ConnectionRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Maximum size of the response's status line and headers. */
  readonly maxHeaderBytes: number;
}

/**
 * Starts an HTTP/1.1 request over an open connection, such as one to a program in a sandbox. There is no host to
 * resolve, so the address policy of this module does not apply. The parser is strict: it rejects a response with
 * ambiguous framing. The connection serves only this request. Throws a `TypeError` if the path or a header contains
 * characters that HTTP does not allow.
 */
export function requestOverConnection(
  connection: Duplex,
  { method, path, headers, maxHeaderBytes }: ConnectionRequest,
): ClientRequest {
  return request({
    method,
    path,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value as string | string[]]),
    ),
    maxHeaderSize: maxHeaderBytes,
    insecureHTTPParser: false,
    setHost: false,
    createConnection: () => connection,
  });
}
