import type { StartPhase } from "../../base/index.ts";
import { traced, tracePart } from "./trace-part.ts";
import { agentOf, type TurnContext } from "./turn-context.ts";

/** Performs one phase of a turn's start, traces it, and measures it if it succeeds. */
export function measurePhase<T>(
  context: TurnContext,
  phase: StartPhase,
  work: (traced: TurnContext) => Promise<T>,
): Promise<T> {
  const beganAtMs = performance.now();
  return traced(context, { name: `start.${phase}` }, async (within) => {
    const result = await work(within);
    measure(context, phase, performance.now() - beganAtMs);
    return result;
  });
}

/** Measures and traces a phase of a turn's start that ends now. */
export function notePhase(
  context: TurnContext,
  phase: StartPhase,
  { startedAt, durationMs }: { readonly startedAt: Date; readonly durationMs: number },
): void {
  measure(context, phase, durationMs);
  tracePart(context, `start.${phase}`, startedAt);
}

function measure(context: TurnContext, phase: StartPhase, durationMs: number): void {
  context.ports.measure({ kind: "turnPhase", harness: agentOf(context).harness, phase, durationMs });
}
