/** Proof that an attempt holds the turn. Every write for a running turn includes the lease. */
export interface TurnLease {
  readonly turnId: string;
  readonly sessionId: string;
  readonly attempt: number;
}
