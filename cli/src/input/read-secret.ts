import type { Cli } from "../cli.ts";
import { CommandError, UsageError } from "../failure.ts";
import { withReason } from "../sentence.ts";
import type { Terminal } from "../terminal.ts";
import { readHidden } from "./read-hidden.ts";
import { readSmallFile } from "./read-small-file.ts";

/** Maximum size in bytes: the API accepts 64,000 characters of up to four bytes in UTF-8. */
const maxBytes = 256_000;

/**
 * Reads a value from a file or from standard input. On a terminal, does not display the typed value. Never reads an
 * argument, because arguments remain in the shell's history and are visible to every user of the machine. Removes the
 * white space at the end of a single line that ends with a newline, and keeps any other text unchanged. Throws
 * `CommandError` if the value cannot be read or is empty.
 */
export async function readSecret(
  { terminal }: Cli,
  file: string | undefined,
  prompt = "Value",
): Promise<string> {
  const text =
    file === undefined
      ? await readTyped(terminal, prompt)
      : await readSmallFile(file, { what: "the value", maxBytes });
  const value = text === null ? "" : /^[^\r\n]*\r?\n$/.test(text) ? text.trimEnd() : text;
  if (value !== "") return value;
  throw new UsageError("The value is empty.", "type it, pipe it into the command, or use --from-file FILE.");
}

/** Reads a value like `readSecret` and trims it, because keys and tokens contain no white space. */
export async function readToken(cli: Cli, file: string | undefined, prompt: string): Promise<string> {
  return (await readSecret(cli, file, prompt)).trim();
}

async function readTyped(terminal: Terminal, prompt: string): Promise<string | null> {
  try {
    return await (terminal.streams.stdin.isTTY === true
      ? readHidden(terminal, prompt)
      : terminal.readInput(maxBytes));
  } catch (cause) {
    throw new CommandError(
      withReason("Could not read the value", cause),
      "pipe it into the command, or use --from-file FILE.",
      { cause },
    );
  }
}
