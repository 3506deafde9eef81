import type { PromptError } from "../launch-spec.ts";

/** ACP's own code: the key is a placeholder, so it is the service behind the gateway that wants another. */
export const authenticationRequired = -32_000;
export const refusedKey = "the model service refused the key (401)";

/** A status that a model service refuses or fails with, as harnesses quote it. */
const status = /\b(?:40[0-9]|413|422|429|5[0-9]{2})\b/;
const words =
  /rate.?limit|quota|overloaded|too many requests|unauthori[sz]ed|invalid api key|api error|model.{0,40}not (?:found|exist)|context.{0,20}length/i;

/** For harnesses that give their model's failure no mark of its own: the message quotes the service's status or its words. */
export function wordsOfModelError(error: PromptError): string | null {
  if (error.code === authenticationRequired) return refusedKey;
  const text = [error.message, detailsOf(error.data)].filter((part) => part !== "").join(": ");
  return status.test(text) || words.test(text) ? text.replace(/^Internal error: /, "") : null;
}

function detailsOf(data: unknown): string {
  if (typeof data === "string") return data;
  const { details, message } = (data ?? {}) as { details?: unknown; message?: unknown };
  if (typeof details === "string") return details;
  return typeof message === "string" ? message : "";
}
