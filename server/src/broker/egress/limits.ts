/** Limits of one egress proxy. */
export interface EgressLimits {
  /** Maximum number of open connections, and of requests that wait for their response. The proxy closes further connections without a response. */
  readonly connections: number;
  /** Maximum number of concurrent DNS lookups. Each one blocks a thread that the whole server shares. */
  readonly lookups: number;
  readonly headerBytes: number;
  readonly lookupMs: number;
  /** Timeout for connecting to each address of a name. */
  readonly connectMs: number;
  /** Timeout for a client's request headers and for its TLS handshake. */
  readonly headersMs: number;
  /** Timeout for a connection without data in either direction. */
  readonly idleMs: number;
  /** Maximum size of a client's first TLS message, which names the requested host. */
  readonly helloBytes: number;
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
