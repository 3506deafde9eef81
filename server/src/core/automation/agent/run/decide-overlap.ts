import type { RunPolicy } from "../agent.ts";

/** What becomes of a run whose turn it is to start, by how many of its agent run, and wait since before it. Pure. */
export function decideOverlap(
  overlap: RunPolicy["overlap"],
  { running, earlierQueued }: { readonly running: number; readonly earlierQueued: number },
): "start" | "wait" | "skip" {
  if (overlap === "parallel") return "start";
  if (overlap === "skip") return running > 0 ? "skip" : "start";
  return running > 0 || earlierQueued > 0 ? "wait" : "start";
}
