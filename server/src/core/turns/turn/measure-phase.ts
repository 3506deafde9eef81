import type { StartPhase } from "../../base/index.ts";
import { agentOf, type TurnContext } from "./turn-context.ts";

/** Performs one phase of a turn's start, and measures it if it succeeds. */
export async function measurePhase<T>(
  context: Pick<TurnContext, "ports" | "session">,
  phase: StartPhase,
  work: () => Promise<T>,
): Promise<T> {
  const beganAtMs = performance.now();
  const result = await work();
  const { harness } = agentOf(context);
  context.ports.measure({ kind: "turnPhase", harness, phase, durationMs: performance.now() - beganAtMs });
  return result;
}
