import { resolveOnAbort } from "../../../runtime/on-abort.ts";
import type { Conversation } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { WakeSignal } from "../turn/claim/wake-signal.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { messageBlocks } from "./message-blocks.ts";
import { markSteered } from "./steering.ts";

/**
 * Injects steering messages into the running prompt as they arrive, until the signal aborts. Resolves to "cut" if the
 * harness rejects a message, and to "ended" otherwise. After "cut", the caller cancels the prompt and continues with
 * the messages that the turn has taken but not marked as steered.
 */
export async function steerPrompt(
  context: TurnContext,
  sandbox: Sandbox,
  conversation: Pick<Conversation, "steer">,
  { wakeSignal, signal }: { readonly wakeSignal: WakeSignal; readonly signal: AbortSignal },
): Promise<"cut" | "ended"> {
  const { messages } = context.ports.store;
  while (!signal.aborted) {
    for (const message of await messages.takeSteering(context.lease)) {
      if (signal.aborted) return "ended";
      const blocks = await messageBlocks(context, sandbox, message);
      await messages.markSending(context.lease, message.id, true);
      const outcome = await resolveOnAbort(conversation.steer(blocks), signal, null);
      // The prompt ended first, so it is unknown whether the message arrived. The next prompt mentions this.
      if (outcome === null) return "ended";
      if (!outcome) {
        await messages.markSending(context.lease, message.id, false);
        return "cut";
      }
      await markSteered(context, [message], "injected");
    }
    await wakeSignal.notified(signal);
  }
  return "ended";
}
