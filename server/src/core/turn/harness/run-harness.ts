import { AppError } from "../../errors.ts";
import type { Bell } from "../bell.ts";
import { agentOf, optionsOf, type TurnContext, tellStep } from "../turn-context.ts";
import { withSandbox } from "../with-sandbox.ts";
import { converse } from "./converse.ts";

/**
 * Lets the harness work the message, and what comes meanwhile to steer it; everything it tells becomes an event. Throws
 * `harness_failed` or `model_failed`.
 */
export async function runHarness(context: TurnContext, bell: Bell, signal: AbortSignal): Promise<void> {
  await withSandbox(context, signal, {
    isWorkspaceReadOnly: optionsOf(context).mode === "plan",
    work: async (sandbox, { gateway }, worked) => {
      const { harness, model } = agentOf(context);
      await tellStep(context, "work", `Starting ${harness} with ${model}.`);
      try {
        await converse(context, sandbox, { bell, signal: worked });
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
