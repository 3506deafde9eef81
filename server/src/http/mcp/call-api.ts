import { type ApiCall, refused, success, type ToolAnswer, type ToolContext } from "./tool.ts";

/** Maximum length of a response, in characters. Longer responses are truncated. */
const maxAnswerCharacters = 400_000;

/** Sends a request and returns the response's body: JSON, or an error message. */
export async function callApi(call: ApiCall, { call: ask, signal }: ToolContext): Promise<ToolAnswer> {
  const { status, text } = await ask(call, signal);
  return status < 400 ? success(shortened(text)) : refused(`${status}: ${readErrorMessage(text)}`);
}

/** Sends a request and parses the response. Throws `Refused` if the API returns an error. */
export async function readApi<T>(call: ApiCall, { call: ask, signal }: ToolContext): Promise<T> {
  const { status, text } = await ask(call, signal);
  if (status >= 400) throw new Refused(`${status}: ${readErrorMessage(text)}`);
  return JSON.parse(text) as T;
}

/** Thrown if the API rejects a tool's request. */
export class Refused extends Error {}

export function shortened(text: string): string {
  if (text.length <= maxAnswerCharacters) return text;
  return `${text.slice(0, maxAnswerCharacters)}\n[truncated: ${text.length} characters in total; request less at once]`;
}

function readErrorMessage(text: string): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    return typeof error === "string" ? error : text;
  } catch (error) {
    // The response is not JSON, so a component between this process and the API sent it.
    if (error instanceof SyntaxError) return text.slice(0, 1_000);
    throw error;
  }
}
