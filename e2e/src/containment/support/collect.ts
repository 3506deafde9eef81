import type { Readable } from "node:stream";

/** A probe that floods its output is cut here. */
const maxCharacters = 1024 * 1024;

/** The text of a stream to its end, the first part of it when it is long. */
export async function collect(stream: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stream) if (text.length < maxCharacters) text += chunk;
  return text.slice(0, maxCharacters);
}
