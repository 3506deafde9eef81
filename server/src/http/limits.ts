/** What one client may hold of the server before its request is one. Sizes are fixed; these the tests shrink. */
export interface HttpLimits {
  /** From the connection, or the answer before, to the end of the headers. */
  readonly headersTimeoutMs: number;
  /** To the end of the body, a push over git included. */
  readonly requestTimeoutMs: number;
  /** How often the two are looked at. */
  readonly connectionsCheckMs: number;
  /** Further ones are closed at once. */
  readonly maxConnections: number;
  /** Of one address, or of one /64 network, that is neither a trusted proxy's nor loopback. */
  readonly maxConnectionsPerAddress: number;
  readonly maxRequestsPerSocket: number;
  /** From one address, in this process. 0 = no limit. */
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
