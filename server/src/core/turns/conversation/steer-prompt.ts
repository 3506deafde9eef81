import { resolveOnAbort } from "../../../runtime/on-abort.ts";
import type { Conversation } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { WakeSignal } from "../turn/claim/wake-signal.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { messageBlocks } from "./message-blocks.ts";
import { markSteered } from "./steering.ts";

/**
 * Injects the messages that arrive to steer the turn into the running prompt, until the signal aborts. Resolves to
 * "cut" if the harness rejects a message. The caller then cancels the prompt and continues with the messages that are
 * taken and not marked.
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
      // The prompt ended first. It is unknown whether the message arrived, and the next prompt mentions this.
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
