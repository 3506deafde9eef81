const MAX_ATTEMPTS = 10;

/** A lost worker is no reason to lose the turn: it is taken up again, until attempts run out. */
export function decideClaim(turn: {
  readonly attempt: number;
  readonly isStopRequested: boolean;
}): "work" | "cancel" | "giveUp" {
  if (turn.isStopRequested) return "cancel";
  return turn.attempt > MAX_ATTEMPTS ? "giveUp" : "work";
}
