import type { Readable } from "node:stream";

/** Output beyond this limit is dropped, in case a probe floods it. */
const maxCharacters = 1024 * 1024;

/** Reads a stream to its end and returns at most its first `maxCharacters` characters. */
export async function collect(stream: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stream) if (text.length < maxCharacters) text += chunk;
  return text.slice(0, maxCharacters);
}
