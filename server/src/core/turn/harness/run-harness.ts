import { AppError } from "../../errors.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import { createTools } from "../../tool/create-tools.ts";
import type { Heads } from "../steps/provision-turn.ts";
import { agentOf, optionsOf, type TurnContext, tellStep } from "../turn-context.ts";
import { withSandbox } from "../with-sandbox.ts";
import { composePrompt } from "./compose-prompt.ts";
import { openConversation } from "./open-conversation.ts";
import { recordPrompt } from "./record-prompt.ts";

/** Lets the harness work the message; everything it tells becomes an event. Throws `harness_failed` or `model_failed`. */
export async function runHarness(context: TurnContext, before: Heads, signal: AbortSignal): Promise<void> {
  await withSandbox(context, signal, {
    isWorkspaceReadOnly: optionsOf(context).mode === "plan",
    toolsOf: (sandbox) => createTools(context, { sandbox, before }),
    work: async (sandbox, { gateway }, worked) => {
      const { harness, model } = agentOf(context);
      await tellStep(context, "work", `Starting ${harness} with ${model}.`);
      try {
        await converse(context, sandbox, worked);
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

async function converse(context: TurnContext, sandbox: Sandbox, signal: AbortSignal): Promise<void> {
  const conversation = await openConversation(context, sandbox, signal);
  try {
    await recordPrompt(context, conversation, await composePrompt(context, sandbox, conversation), signal);
  } finally {
    await conversation.close();
  }
}
