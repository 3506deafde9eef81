/** Reason with which the signal of an interrupted turn aborts. */
export class TurnInterrupt extends Error {
  override readonly name = "TurnInterrupt";
  /**
   * - `stopped`: a person stopped the turn.
   * - `limit`: the turn reached its time limit.
   * - `handedBack`: this worker is shutting down. The turn continues on another worker, so this one records nothing more
   *   for it, apart from its files.
   * - `takenOver`: another worker continues the turn, and may already have changed everything that this one knows.
   */
  readonly kind: "stopped" | "limit" | "handedBack" | "takenOver";

  constructor(kind: TurnInterrupt["kind"]) {
    super(`The turn was interrupted: ${kind}.`);
    this.kind = kind;
  }

  /** True if another worker continues the turn. */
  get continuesElsewhere(): boolean {
    return this.kind === "handedBack" || this.kind === "takenOver";
  }
}

/** Returns the interrupt that aborted the signal, or null if the signal has not aborted or has another reason. */
export function interruptOf(signal: AbortSignal): TurnInterrupt | null {
  return signal.aborted && signal.reason instanceof TurnInterrupt ? signal.reason : null;
}
