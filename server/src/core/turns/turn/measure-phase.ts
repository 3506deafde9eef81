import type { StartPhase } from "../../base/index.ts";
import { beginSpan, spanErrorCode, tracePart } from "./trace-part.ts";
import { agentOf, type TurnContext } from "./turn-context.ts";

/** Performs one phase of a turn's start, traces it, and measures it if it succeeds. */
export async function measurePhase<T>(
  context: TurnContext,
  phase: StartPhase,
  work: () => Promise<T>,
): Promise<T> {
  const beganAtMs = performance.now();
  const span = beginSpan(context, `start.${phase}`);
  try {
    const result = await work();
    measure(context, phase, performance.now() - beganAtMs);
    span.end(null);
    return result;
  } catch (cause) {
    span.end(spanErrorCode(cause));
    throw cause;
  }
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
