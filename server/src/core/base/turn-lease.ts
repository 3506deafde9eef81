/** Proof that an attempt holds the turn. Every write of a running turn carries it. */
export interface TurnLease {
  readonly turnId: string;
  readonly sessionId: string;
  readonly attempt: number;
}
