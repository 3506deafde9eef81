import { appendEvent, appendStepEvent } from "../../sessions/index.ts";
import { runHarness } from "../conversation/run-harness.ts";
import type { Bell } from "../turn/claim/bell.ts";
import type { Heads } from "../turn/steps/provision-turn.ts";
import type { HookFailure } from "../turn/steps/run-hooks.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { mendPrompt } from "./mend-prompt.ts";

/** How often the harness may try in one turn. */
export const MAX_MENDING_ROUNDS = 3;

/** Gives what failed back to the harness, in the conversation in which it worked. Throws as `runHarness`. */
export async function mendHooks(
  context: TurnContext,
  {
    failures,
    round,
    before,
    bell,
  }: {
    readonly failures: readonly HookFailure[];
    readonly round: number;
    readonly before: Heads;
    readonly bell: Bell;
  },
  signal: AbortSignal,
): Promise<void> {
  const message = `${failures.length === 1 ? "A prePush command" : `${failures.length} prePush commands`} failed; the harness mends it, round ${round} of ${MAX_MENDING_ROUNDS}.`;
  await runHarness(context, { before, bell }, signal, {
    begin: () => appendStepEvent(context, "mend", message, round),
    first: {
      name: `mend:${round}`,
      compose: async (_sandbox, { isResumed }) => ({
        blocks: [{ type: "text", text: mendPrompt(failures, isResumed) }],
        onReached: async () => {},
      }),
    },
  });
}

/** Says what is pushed although it fails. */
export function tellUnmended(context: TurnContext, failures: readonly HookFailure[]): Promise<void> {
  const commands = failures.map(({ directory, command }) => `${command} (${directory})`).join(", ");
  return appendEvent(context, "unmended", {
    type: "notice",
    message: `prePush still fails after ${MAX_MENDING_ROUNDS} rounds of mending, and the work is pushed as it is: ${commands.slice(0, 1_000)}.`,
  });
}
