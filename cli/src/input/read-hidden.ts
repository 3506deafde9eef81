import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Cli } from "../cli.ts";
import { CommandError } from "../failure.ts";
import { readSecret } from "./read-secret.ts";

/**
 * A value that is typed and not shown, when a person sits there; else from standard input or a file. Never an argument: those
 * stay in the shell's history, and everyone on the machine sees them.
 */
export async function readHidden(cli: Cli, prompt: string, file: string | undefined): Promise<string> {
  if (file !== undefined || process.stdin.isTTY !== true) return (await readSecret(cli, file)).trim();
  // What the line editor would echo goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Only now is what is typed not shown.
  cli.terminal.note(`${prompt} (what is typed is not shown):`);
  const stop = new AbortController();
  lines.on("SIGINT", () => stop.abort());
  try {
    const value = (await lines.question("", { signal: stop.signal })).trim();
    if (value !== "") return value;
  } catch (cause) {
    if (!stop.signal.aborted) throw cause;
  } finally {
    lines.close();
  }
  throw new CommandError("There is no value.", "type it, or pipe it into the command.");
}
