const MAX_ATTEMPTS = 10;

/** Decides how a claimed turn continues. A turn whose worker was lost is resumed, up to 10 attempts in total. */
export function decideClaim(turn: {
  readonly attempt: number;
  readonly isStopRequested: boolean;
}): "work" | "cancel" | "giveUp" {
  if (turn.isStopRequested) return "cancel";
  return turn.attempt > MAX_ATTEMPTS ? "giveUp" : "work";
}
