import type { RunPolicy } from "../agent.ts";

/**
 * Decides whether a queued run starts, waits or is skipped. `running` and `earlierQueued` count the agent's other runs.
 * Pure.
 */
export function decideOverlap(
  overlap: RunPolicy["overlap"],
  { running, earlierQueued }: { readonly running: number; readonly earlierQueued: number },
): "start" | "wait" | "skip" {
  if (overlap === "parallel") return "start";
  if (overlap === "skip") return running > 0 ? "skip" : "start";
  return running > 0 || earlierQueued > 0 ? "wait" : "start";
}
