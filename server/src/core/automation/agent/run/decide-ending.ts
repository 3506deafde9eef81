import type { WorkedRun } from "../../../sessions/index.ts";
import { skippedByScript } from "../../../turns/index.ts";

type Ending = {
  readonly status: "completed" | "failed" | "cancelled" | "skipped";
  readonly errorMessage: string | null;
};

/** Decides the result of a run after its turn has ended. A run whose script failed is skipped. Pure. */
export function decideEnding({ run, turn }: WorkedRun): Ending {
  const { scriptResult } = run;
  if (scriptResult !== null && scriptResult.exitCode !== 0)
    return { status: "skipped", errorMessage: skippedByScript(scriptResult) };
  return { status: turn.status, errorMessage: turn.status === "failed" ? turn.error : null };
}

/**
 * True if the latest endings contain enough consecutive failures to pause the agent. `endings` is ordered newest first.
 * Pure.
 */
export function decidePause(
  endings: readonly ("completed" | "failed")[],
  pauseAfterFailures: number | null,
): boolean {
  if (pauseAfterFailures === null || endings.length < pauseAfterFailures) return false;
  return endings.slice(0, pauseAfterFailures).every((ending) => ending === "failed");
}
