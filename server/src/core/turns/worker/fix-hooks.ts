import { appendEvent, appendStepEvent } from "../../sessions/index.ts";
import { runHarness } from "../conversation/run-harness.ts";
import type { WakeSignal } from "../turn/claim/wake-signal.ts";
import type { Heads } from "../turn/steps/provision-turn.ts";
import type { HookFailure } from "../turn/steps/run-hooks.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { fixPrompt } from "./fix-prompt.ts";

/** Maximum number of rounds in which the harness may fix failures in one turn. */
export const MAX_FIX_ROUNDS = 3;

/**
 * Sends the failures to the harness, which continues its conversation if it still has it. Throws the errors of
 * `runHarness`.
 */
export async function fixHooks(
  context: TurnContext,
  {
    failures,
    round,
    before,
    wakeSignal,
  }: {
    readonly failures: readonly HookFailure[];
    readonly round: number;
    readonly before: Heads;
    readonly wakeSignal: WakeSignal;
  },
  signal: AbortSignal,
): Promise<void> {
  const message = `${failures.length === 1 ? "A prePush command" : `${failures.length} prePush commands`} failed. The agent is fixing the problem (round ${round} of ${MAX_FIX_ROUNDS}).`;
  await runHarness(context, { before, wakeSignal }, signal, {
    begin: () => appendStepEvent(context, "mend", message, round),
    first: {
      name: `mend:${round}`,
      compose: async (_sandbox, { isResumed }) => ({
        blocks: [{ type: "text", text: fixPrompt(failures, isResumed) }],
        onReached: async () => {},
      }),
    },
  });
}

/** Appends a notice about the commands that still fail. The caller pushes the work anyway. */
export function reportUnfixed(context: TurnContext, failures: readonly HookFailure[]): Promise<void> {
  const commands = failures.map(({ directory, command }) => `${command} (${directory})`).join(", ");
  return appendEvent(context, "unmended", {
    type: "notice",
    message: `prePush still fails after ${MAX_FIX_ROUNDS} fix rounds. The work is pushed anyway. Failing commands: ${commands.slice(0, 1_000)}.`,
  });
}
