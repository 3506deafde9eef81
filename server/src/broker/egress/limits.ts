/** What one door takes at most. */
export interface EgressLimits {
  /** Open at once, and requests that wait for their answer; more are cut without one. */
  readonly connections: number;
  /** Names that are being resolved at once: each blocks a thread that the whole server shares. */
  readonly lookups: number;
  readonly headerBytes: number;
  readonly lookupMs: number;
  /** For each address of a name. */
  readonly connectMs: number;
  /** For a client's request headers, and for its TLS handshake. */
  readonly headersMs: number;
  /** Without a byte either way. */
  readonly idleMs: number;
  /** Of a client's first TLS message, which names the host it wants. */
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
