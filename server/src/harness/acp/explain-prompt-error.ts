import { RequestError } from "@agentclientprotocol/sdk/unstable";
import { AppError, withReason } from "../../core/base/index.ts";
import type { OpenConversation } from "./session/open-conversation.ts";

/**
 * Returns the error for a prompt without a response: `model_failed` if the harness reports a failure of the model, or `harness_failed` if the
 * harness rejected the prompt, exited or closed its connection.
 */
export async function explainPromptError(
  { spec, process }: Pick<OpenConversation, "spec" | "process">,
  error: unknown,
): Promise<AppError> {
  if (!(error instanceof RequestError) || !process.isAlive) {
    return process.deathError("while it worked on the prompt", error);
  }
  const words = spec.modelErrorIn({ code: error.code, message: error.message, data: error.data });
  if (words !== null) return modelFailed(words, error);
  const sentence = withReason(`${spec.displayName} rejected the prompt`, oneLine(error.message));
  return new AppError("harness_failed", sentence, { cause: error });
}

export function modelFailed(words: string, cause?: unknown): AppError {
  const fix = "Check the model's name and the provider's key and quota, then send the message again.";
  return new AppError("model_failed", `${withReason("The model failed", oneLine(words))} ${fix}`, { cause });
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 1_000).replace(/\.$/, "");
}
