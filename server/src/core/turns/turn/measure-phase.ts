import type { StartPhase } from "../../base/index.ts";
import { tracePart } from "./trace-part.ts";
import { agentOf, type TurnContext } from "./turn-context.ts";

/** Performs one phase of a turn's start, and measures and traces it if it succeeds. */
export async function measurePhase<T>(
  context: TurnContext,
  phase: StartPhase,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = context.ports.clock.now();
  const beganAtMs = performance.now();
  const result = await work();
  notePhase(context, phase, { startedAt, durationMs: performance.now() - beganAtMs });
  return result;
}

/** Measures and traces a phase of a turn's start that ends now. */
export function notePhase(
  context: TurnContext,
  phase: StartPhase,
  { startedAt, durationMs }: { readonly startedAt: Date; readonly durationMs: number },
): void {
  const { harness } = agentOf(context);
  context.ports.measure({ kind: "turnPhase", harness, phase, durationMs });
  tracePart(context, `start.${phase}`, startedAt);
}
