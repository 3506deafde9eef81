import { AppError } from "../../base/index.ts";
import { appendStepEvent, optionsOf, recordPlan } from "../../sessions/index.ts";
import { createTools } from "../tool/create-tools.ts";
import type { WakeSignal } from "../turn/claim/wake-signal.ts";
import type { Heads } from "../turn/steps/provision-turn.ts";
import { agentOf, type TurnContext } from "../turn/turn-context.ts";
import { withSandbox } from "../turn/with-sandbox.ts";
import type { WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";
import { converse, type FirstPrompt } from "./converse.ts";
import { describeStart } from "./describe-start.ts";

/** An additional prompt in a turn whose message has already been processed. */
export interface FurtherPrompt {
  /** Called after the sandbox has opened, before the harness starts. */
  begin(): Promise<void>;
  readonly first: FirstPrompt;
}

/**
 * Runs the harness on the message and on steering messages that arrive in the meantime. Each update becomes an event.
 * In plan mode, saves the resulting plan. Throws `harness_failed` if the harness cannot start or dies. If the model
 * gateway's last request failed, throws `model_key_rejected` or `model_failed` with the gateway's message instead.
 */
export async function runHarness(
  context: TurnContext,
  {
    before,
    ...signals
  }: { readonly before: Heads; readonly wakeSignal: WakeSignal; readonly onPrompt?: () => void },
  signal: AbortSignal,
  further: FurtherPrompt | null = null,
): Promise<void> {
  const startSentence = ({ conversation }: WarmSandbox) =>
    describeStart(
      agentOf(context),
      context.ports.harnesses.list(),
      conversation !== null && !conversation.isPrepared,
    );
  await withSandbox(context, signal, {
    toolsOf: (sandbox) => createTools(context, { sandbox, before }),
    isWorkspaceReadOnly: optionsOf(context).mode === "plan",
    keptFor: "nextTurn",
    work: async (_sandbox, { gateway }, worked, warm) => {
      await (further?.begin() ?? appendStepEvent(context, "work", startSentence(warm)));
      try {
        await converse(context, warm, { ...signals, signal: worked }, further?.first);
        if (optionsOf(context).mode === "plan") await recordPlan(context);
      } catch (cause) {
        worked.throwIfAborted();
        const failure = gateway.lastFailure();
        if (failure !== null && cause instanceof AppError && cause.code !== "fenced") {
          const code = gateway.isKeyRejected() ? "model_key_rejected" : "model_failed";
          throw new AppError(code, failure, { cause });
        }
        throw cause;
      }
    },
  });
}
