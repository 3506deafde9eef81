import type { PromptError } from "../launch-spec.ts";

/**
 * ACP's error code for missing authentication. The key in the sandbox is a placeholder, so this means that the service behind the gateway
 * rejected the real key.
 */
export const authenticationRequired = -32_000;
export const refusedKey = "the model service rejected the key (401)";

/** Matches an HTTP status with which a model service rejects a request or fails, as harnesses quote it. */
const status = /\b(?:40[0-9]|413|422|429|5[0-9]{2})\b/;
const words =
  /rate.?limit|quota|overloaded|too many requests|unauthori[sz]ed|invalid api key|api error|model.{0,40}not (?:found|exist)|context.{0,20}length/i;

/**
 * Returns the error's text if it quotes the model service's status or message, or null if it does not. For an authentication error, returns a
 * message about the rejected key. Harnesses that do not mark model failures use this function.
 */
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
