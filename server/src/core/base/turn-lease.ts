/** Proof of being the attempt that holds the turn; every write of a running turn carries it. */
export interface TurnLease {
  readonly turnId: string;
  readonly sessionId: string;
  readonly attempt: number;
}
