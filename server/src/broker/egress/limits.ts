export interface EgressLimits {
  /**
   * Maximum number of open connections, and maximum number of pending requests. Beyond either limit, the proxy closes the connection
   * without a response.
   */
  readonly connections: number;
  /** Maximum number of concurrent DNS lookups. Each lookup blocks a thread of the pool that the whole server shares. */
  readonly lookups: number;
  readonly headerBytes: number;
  readonly lookupMs: number;
  /** Timeout for connecting to each address of a name. */
  readonly connectMs: number;
  /** Timeout for a client's request headers and for its TLS handshake. */
  readonly headersMs: number;
  /** Timeout for a connection that transfers no data in either direction. */
  readonly idleMs: number;
  /**
   * Maximum number of bytes to read until a client's first bytes can be classified, usually from the TLS message that contains the requested
   * host name.
   */
  readonly helloBytes: number;
  /** Timeout for the bytes that classify a connection, from the first byte on. */
  readonly helloMs: number;
}

export const defaultLimits: EgressLimits = {
  connections: 256,
  lookups: 2,
  headerBytes: 32 * 1024,
  lookupMs: 10_000,
  connectMs: 10_000,
  headersMs: 30_000,
  idleMs: 10 * 60_000,
  helloBytes: 16 * 1024,
  helloMs: 5_000,
};
