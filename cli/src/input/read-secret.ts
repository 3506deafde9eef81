import { readFile, stat } from "node:fs/promises";
import type { Cli } from "../cli.ts";
import { CommandError } from "../failure.ts";

/** Four bytes a character at most, of the 64,000 the API takes. */
const maxBytes = 256_000;

/**
 * A value from a file, or from standard input: arguments stay in the shell's history, and everyone on the machine sees
 * them. The newline at the end of a single line is not part of it; of several lines every one is.
 */
export async function readSecret({ terminal }: Cli, file: string | undefined): Promise<string> {
  if (file === undefined && terminal.isInteractive) {
    terminal.note("The value is read from standard input; end it with Ctrl-D.");
  }
  let text: string;
  try {
    text = file === undefined ? await terminal.readInput(maxBytes) : await readSmallFile(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`The value could not be read: ${why}`, null, { cause });
  }
  const value = /^[^\r\n]*\r?\n$/.test(text) ? text.trimEnd() : text;
  if (value !== "") return value;
  throw new CommandError(
    "There is no value.",
    "pipe it into the command, or name a file that holds it with --from-file.",
  );
}

async function readSmallFile(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > maxBytes) throw new RangeError(`${file} is longer than ${maxBytes} bytes.`);
  return readFile(file, "utf8");
}
