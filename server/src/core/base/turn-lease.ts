/**
 * Proof that an attempt holds the turn. A write that includes the lease throws `fenced` if the attempt no longer holds
 * the turn.
 */
export interface TurnLease {
  readonly turnId: string;
  readonly sessionId: string;
  readonly attempt: number;
}
