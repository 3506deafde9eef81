/**
 * Limits for connections and for requests that are not yet complete and authenticated. Tests reduce these values. Size
 * limits are constants.
 */
export interface HttpLimits {
  /** Timeout from the first byte of a request to the end of its headers. A new connection must also send its first byte within this time. */
  readonly headersTimeoutMs: number;
  /** Timeout from the first byte of a request to the end of its body, even for a git push. */
  readonly requestTimeoutMs: number;
  /** Interval between checks of the two timeouts. */
  readonly connectionsCheckMs: number;
  /** Maximum number of connections. The server closes additional connections immediately. */
  readonly maxConnections: number;
  /**
   * Maximum number of connections from one address or one /64 network. The limit does not apply to loopback addresses and trusted proxies.
   */
  readonly maxConnectionsPerAddress: number;
  readonly maxRequestsPerSocket: number;
  /** Maximum number of failed authentications per minute from one address or one /64 network, counted in this process. 0 turns the limit off. */
  readonly failedAuthenticationsPerMinute: number;
}

export const defaultHttpLimits: HttpLimits = {
  headersTimeoutMs: 20_000,
  requestTimeoutMs: 120_000,
  connectionsCheckMs: 5_000,
  maxConnections: 10_000,
  maxConnectionsPerAddress: 1_000,
  maxRequestsPerSocket: 10_000,
  failedAuthenticationsPerMinute: 60,
};
