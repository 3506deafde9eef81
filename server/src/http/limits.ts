/**
 * Limits on what one client may use before its request is complete and authenticated. Tests reduce these values. Limits
 * of sizes are constants.
 */
export interface HttpLimits {
  /** Time limit from the start of the connection, or from the previous response, to the end of the headers. */
  readonly headersTimeoutMs: number;
  /** Time limit to the end of the body, including a push over git. */
  readonly requestTimeoutMs: number;
  /** Interval at which the two timeouts are checked. */
  readonly connectionsCheckMs: number;
  /** Maximum number of connections. Further ones are closed immediately. */
  readonly maxConnections: number;
  /** Limit for one address, or one /64 network, that is neither loopback nor a trusted proxy. */
  readonly maxConnectionsPerAddress: number;
  readonly maxRequestsPerSocket: number;
  /** Limit for one address in this process. 0 disables it. */
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
