const MAX_ATTEMPTS = 10;

/**
 * Decides how a claimed turn continues. A lost worker does not fail the turn: it resumes until the attempts run out.
 */
export function decideClaim(turn: {
  readonly attempt: number;
  readonly isStopRequested: boolean;
}): "work" | "cancel" | "giveUp" {
  if (turn.isStopRequested) return "cancel";
  return turn.attempt > MAX_ATTEMPTS ? "giveUp" : "work";
}
