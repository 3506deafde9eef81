/** Reason with which the signal of an interrupted turn aborts. */
export class TurnInterrupt extends Error {
  override readonly name = "TurnInterrupt";
  /**
   * - `stopped`: a person stopped the turn.
   * - `limit`: the turn reached its time limit.
   * - `handedBack`: this worker is shutting down, or another worker has taken over. The turn continues there, so this
   *   worker must not record anything for it.
   */
  readonly kind: "stopped" | "limit" | "handedBack";

  constructor(kind: TurnInterrupt["kind"]) {
    super(`The turn was interrupted: ${kind}.`);
    this.kind = kind;
  }
}

/** Returns the interrupt that aborted the signal, or null if the signal has not aborted or has another reason. */
export function interruptOf(signal: AbortSignal): TurnInterrupt | null {
  return signal.aborted && signal.reason instanceof TurnInterrupt ? signal.reason : null;
}
