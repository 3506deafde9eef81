import type { WorkedRun } from "../agent-store.ts";

type Ending = {
  readonly status: "completed" | "failed" | "cancelled" | "skipped";
  readonly errorMessage: string | null;
};

/** How much of a script's output is shown with a run that it skipped. */
const maxShown = 2_000;

/** What a run comes to when its turn has ended. Pure. */
export function decideEnding({ run, turn }: WorkedRun): Ending {
  const { scriptResult } = run;
  if (scriptResult !== null && scriptResult.exitCode !== 0)
    return { status: "skipped", errorMessage: skippedByScript(scriptResult) };
  return { status: turn.status, errorMessage: turn.status === "failed" ? turn.error : null };
}

/** Says that the script ended the run, with the end of what it printed. Pure. */
export function skippedByScript({
  exitCode,
  output,
}: {
  readonly exitCode: number;
  readonly output: string;
}): string {
  const shown = output.trim().slice(-maxShown);
  return `Skipped: the agent's script ended with ${exitCode}.${shown === "" ? "" : ` It printed: ${shown}`}`;
}

/** Whether the last endings, newest first, are as many failures as pause an agent. Pure. */
export function decidePause(
  endings: readonly ("completed" | "failed")[],
  pauseAfterFailures: number | null,
): boolean {
  if (pauseAfterFailures === null || endings.length < pauseAfterFailures) return false;
  return endings.slice(0, pauseAfterFailures).every((ending) => ending === "failed");
}
