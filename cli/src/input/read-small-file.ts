import { createReadStream } from "node:fs";
import { CommandError } from "../failure.ts";
import { bytes } from "../format.ts";
import { withReason } from "../sentence.ts";

interface Described {
  /** The content of the file in the error, such as "the script". */
  readonly what: string;
  readonly maxBytes: number;
}

/**
 * Returns the text of a file. Reads at most `maxBytes`, also from a pipe, whose size is unknown. Throws `CommandError` if
 * the file cannot be read or is larger.
 */
export async function readSmallFile(file: string, { what, maxBytes }: Described): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Reads one byte more than the limit, because `end` is inclusive.
    for await (const chunk of createReadStream(file, { end: maxBytes }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
    }
  } catch (cause) {
    throw new CommandError(withReason(`Could not read ${what}`, cause), "check the path.", { cause });
  }
  if (size > maxBytes)
    throw new CommandError(
      `Could not read ${what}: ${file} is larger than ${bytes(maxBytes)}.`,
      "use a smaller file.",
    );
  return Buffer.concat(chunks).toString("utf8");
}
