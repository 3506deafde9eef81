import type { Readable } from "node:stream";

/** Output beyond this limit is dropped, because a probe could flood the output. */
const maxCharacters = 1024 * 1024;

/** Reads a stream to its end. Returns at most the first `maxCharacters` characters. */
export async function collect(stream: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stream) if (text.length < maxCharacters) text += chunk;
  return text.slice(0, maxCharacters);
}
