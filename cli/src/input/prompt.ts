import type { Cli } from "../cli.ts";
import { CommandError, UsageError } from "../failure.ts";
import { withReason } from "../sentence.ts";
import { readSmallFile } from "./read-small-file.ts";

const noFile = { file: undefined, option: "" };

/** Maximum size in bytes: the API accepts one million characters of up to four bytes in UTF-8. */
const maxBytes = 4_000_000;

/**
 * Reads a prompt or other long text from the argument, from standard input (`-`) or from the file that an option such as
 * `--file` names. Throws `CommandError` if two sources are given, the text is missing or empty, or the source is too large
 * or cannot be read.
 */
export async function readPrompt(
  cli: Cli,
  argument: string | undefined,
  { file, option }: { readonly file: string | undefined; readonly option: string } = noFile,
): Promise<string> {
  if (argument !== undefined && file !== undefined) {
    throw new UsageError("The text was specified twice.", `omit the argument or ${option}.`);
  }
  const source = argument === "-" || file === "-" ? "-" : file;
  const prompt = source === undefined ? argument : await readFrom(cli, source);
  if (prompt === undefined || prompt.trim() === "") {
    throw new UsageError(
      "The text is empty.",
      `pass it as an argument,${option === "" ? "" : ` with ${option} FILE,`} or use - for standard input.`,
    );
  }
  return prompt;
}

async function readFrom({ terminal }: Cli, source: string): Promise<string> {
  if (source !== "-") return readSmallFile(source, { what: "the text", maxBytes });
  try {
    return await terminal.readInput(maxBytes);
  } catch (cause) {
    throw new CommandError(withReason("Could not read the text", cause), null, { cause });
  }
}
