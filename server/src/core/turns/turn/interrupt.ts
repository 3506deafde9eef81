/** Why a running turn is cut short; the reason of its abort signal. */
export class TurnInterrupt extends Error {
  override readonly name = "TurnInterrupt";
  /**
   * `stopped`: a person asked. `limit`: its time is up. `handedBack`: this worker is going away, or another
   * has taken over; the turn goes on elsewhere, so nothing may be recorded for it here.
   */
  readonly kind: "stopped" | "limit" | "handedBack";

  constructor(kind: TurnInterrupt["kind"]) {
    super(`The turn was interrupted: ${kind}.`);
    this.kind = kind;
  }
}

/** The interrupt behind an aborted signal, if there is one. */
export function interruptOf(signal: AbortSignal): TurnInterrupt | null {
  return signal.aborted && signal.reason instanceof TurnInterrupt ? signal.reason : null;
}
