import { type ApiCall, refused, type ToolAnswer, type ToolContext, told } from "./tool.ts";

/** More than any model reads at once; the longest patches are cut here. */
const maxAnswerCharacters = 400_000;

/** Asks, and tells the answer's own words: JSON, or the sentence of a refusal. */
export async function callApi(call: ApiCall, { call: ask, signal }: ToolContext): Promise<ToolAnswer> {
  const { status, text } = await ask(call, signal);
  return status < 400 ? told(shortened(text)) : refused(`${status}: ${sentenceOf(text)}`);
}

/** The same, with the answer read. Throws `Refused` where the API refuses. */
export async function readApi<T>(call: ApiCall, { call: ask, signal }: ToolContext): Promise<T> {
  const { status, text } = await ask(call, signal);
  if (status >= 400) throw new Refused(`${status}: ${sentenceOf(text)}`);
  return JSON.parse(text) as T;
}

/** The API does not do what a tool asked of it. */
export class Refused extends Error {}

export function shortened(text: string): string {
  if (text.length <= maxAnswerCharacters) return text;
  return `${text.slice(0, maxAnswerCharacters)}\n[cut: ${text.length} characters in all; ask for less at once]`;
}

function sentenceOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    return typeof error === "string" ? error : text;
  } catch (error) {
    // Something between here and the API answered in its own way.
    if (error instanceof SyntaxError) return text.slice(0, 1_000);
    throw error;
  }
}
