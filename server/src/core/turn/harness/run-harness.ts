import { AppError } from "../../errors.ts";
import type { Conversation } from "../../ports/harness.ts";
import type { Machine } from "../machine/machine.ts";
import { agentOf, optionsOf, type TurnContext, tellStep } from "../turn-context.ts";
import { withSandbox } from "../with-sandbox.ts";
import { composePrompt } from "./compose-prompt.ts";
import { openConversation } from "./open-conversation.ts";
import { recordPrompt } from "./record-prompt.ts";

/** Lets the harness work the message; everything it tells becomes an event. Throws `harness_failed` or `model_failed`. */
export async function runHarness(context: TurnContext, signal: AbortSignal): Promise<void> {
  await withSandbox(context, signal, {
    isWorkspaceReadOnly: optionsOf(context).mode === "plan",
    isKept: true,
    work: async (_sandbox, { gateway }, worked, machine) => {
      const { harness, model } = agentOf(context);
      const isUp = machine.conversation !== null;
      const doing = isUp ? `${harness} is still up, with ${model}.` : `Starting ${harness} with ${model}.`;
      await tellStep(context, "work", doing);
      try {
        await converse(context, machine, worked);
      } catch (cause) {
        worked.throwIfAborted();
        const failure = gateway.lastFailure();
        if (failure !== null && cause instanceof AppError && cause.code !== "fenced") {
          throw new AppError("model_failed", failure, { cause });
        }
        throw cause;
      }
    },
  });
}

async function converse(context: TurnContext, machine: Machine, signal: AbortSignal): Promise<void> {
  const opened = await openConversation(context, machine, signal);
  try {
    const blocks = await composePrompt(context, machine.sandbox, opened);
    await recordPrompt(context, opened.conversation, blocks, signal);
  } finally {
    await rememberSeen(context, opened.conversation);
  }
}

/** The conversation has taken part in everything until now. */
async function rememberSeen(context: TurnContext, { id }: Conversation): Promise<void> {
  const { events, conversations } = context.ports.store;
  const seenSeq = await events.lastSeq(context.session.id);
  await conversations.save(context.lease, agentOf(context).harness, { id, seenSeq });
}
