import { AppError } from "../../../base/index.ts";
import { appendEvent, askPerson, shorten } from "../../../sessions/index.ts";
import type { RunTool } from "../tool-call.ts";

export const respondToUser: RunTool<"respond_to_user"> = async ({ context, key }, { message }) => {
  await appendEvent(context, `${key}:response`, { type: "response.given", text: message });
  return { message: "Sent." };
};

export const setTitle: RunTool<"set_title"> = async ({ context, key }, { title }) => {
  // Masks before truncating, because masking cannot find a part of a secret.
  const line = shorten(context.masker.mask(title).replaceAll(/\s+/g, " ").trim());
  if (line === "")
    throw new AppError("invalid_input", "The title is empty. Describe the task in a few words.");
  await context.ports.store.sessions.chooseTitle(context.lease, line);
  await appendEvent(context, `${key}:title`, { type: "session.titled", title: line });
  return { title: line };
};

const ANSWER_LIMIT_MS = 25 * 60_000;

export const askUser: RunTool<"ask_user"> = async ({ context, signal }, { question, choices }) => {
  const answer = await askPerson(
    context,
    { question, options: choices ?? [], timeoutMs: ANSWER_LIMIT_MS, otherwise: null },
    signal,
  );
  if (answer.by === "person") return { answer: answer.text };
  return {
    answer: null,
    message: "No one answered in time. Continue with what you think is best, and mention your decision.",
  };
};
