import { type ClientHttp2Session, type ClientSessionOptions, connect } from "node:http2";
import type { Duplex } from "node:stream";

/**
 * Starts HTTP/2 as the client over an open connection, such as the link of a worker. There is no host to resolve, so the
 * address policy of this module does not apply.
 */
export function startSession(carrier: Duplex, options: ClientSessionOptions): ClientHttp2Session {
  return connect("http://worker", { ...options, createConnection: () => carrier });
}
