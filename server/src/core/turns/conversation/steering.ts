import type { Message, SteeredAs } from "../../sessions/index.ts";
import type { PromptBlock } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { messageBlocks } from "./message-blocks.ts";
import { steeringLead } from "./prompt-blocks.ts";
import type { Prompt, PromptEnd } from "./record-prompt.ts";

/** Returns the next prompt, which consists of the queued steering messages, or null if there are none. */
export async function nextSteering(
  context: TurnContext,
  sandbox: Sandbox,
  ended: PromptEnd,
): Promise<Prompt | null> {
  const waiting = await context.ports.store.messages.takeSteering(context.lease);
  if (waiting.length === 0) return null;
  const how = ended === "cancelled" ? "restarted" : "prompted";
  return {
    blocks: await steeringBlocks(context, sandbox, waiting),
    onReached: () => markSteered(context, waiting, how),
  };
}

/**
 * Returns the blocks for steering messages. A lead states whether the message may already have reached the harness. A
 * message with a slash command has no lead.
 */
export async function steeringBlocks(
  context: TurnContext,
  sandbox: Sandbox,
  messages: readonly Message[],
): Promise<PromptBlock[]> {
  const blocks: PromptBlock[] = [];
  for (const message of messages) {
    const { delivery } = message;
    const isPerhapsKnown =
      delivery.mode === "steer" && (delivery.isSending || delivery.steeredAs === "injected");
    const lead = steeringLead[isPerhapsKnown ? "perhapsKnown" : "new"];
    // A slash command must come first.
    blocks.push(
      ...(await messageBlocks(context, sandbox, message, message.slashCommand === null ? lead : "")),
    );
  }
  return blocks;
}

/** Marks messages that have reached the harness, and appends an event for each. */
export async function markSteered(
  { ports, lease, turn }: Pick<TurnContext, "ports" | "lease" | "turn">,
  messages: readonly Message[],
  how: SteeredAs,
): Promise<void> {
  if (messages.length === 0) return;
  await ports.store.transaction(async (tx) => {
    await tx.events.append(
      lease.sessionId,
      lease,
      messages.map(({ id }) => ({
        key: `message:${id}:steered`,
        messageId: id,
        data: { type: "message.steered", turnId: turn.id, how },
      })),
    );
    for (const { id } of messages) await tx.messages.markSteered(lease, id, how);
  });
}
