import { AppError } from "../../errors.ts";
import type { Conversation } from "../../ports/harness.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import { agentOf, optionsOf, type TurnContext, tellStep } from "../turn-context.ts";
import { withSandbox } from "../with-sandbox.ts";
import { composePrompt } from "./compose-prompt.ts";
import { openConversation } from "./open-conversation.ts";
import { type RecordedPrompt, recordPrompt } from "./record-prompt.ts";

/** Lets the harness work the message; everything it tells becomes an event. Throws `harness_failed` or `model_failed`. */
export async function runHarness(context: TurnContext, signal: AbortSignal): Promise<void> {
  const { harness, model } = agentOf(context);
  await runPrompt(
    context,
    {
      begin: () => tellStep(context, "work", `Starting ${harness} with ${model}.`),
      compose: async (sandbox, conversation) => ({
        blocks: await composePrompt(context, sandbox, conversation),
      }),
    },
    signal,
  );
}

export interface HarnessPrompt {
  /** Once the sandbox is there, before the harness starts. */
  begin(): Promise<void>;
  compose(sandbox: Sandbox, conversation: Conversation): Promise<RecordedPrompt>;
}

/** Sends one prompt in the session's conversation. Throws as `runHarness`. */
export async function runPrompt(
  context: TurnContext,
  prompt: HarnessPrompt,
  signal: AbortSignal,
): Promise<void> {
  await withSandbox(context, signal, {
    isWorkspaceReadOnly: optionsOf(context).mode === "plan",
    work: async (sandbox, { gateway }, worked) => {
      await prompt.begin();
      try {
        await converse(context, sandbox, prompt, worked);
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

async function converse(
  context: TurnContext,
  sandbox: Sandbox,
  { compose }: HarnessPrompt,
  signal: AbortSignal,
): Promise<void> {
  const conversation = await openConversation(context, sandbox, signal);
  try {
    await recordPrompt(context, conversation, await compose(sandbox, conversation), signal);
  } finally {
    await conversation.close();
  }
}
