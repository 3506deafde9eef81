import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { commandFile } from "./command-file.ts";

/** Runs a command of an operator on a data folder, as a separate process. Rejects with its output if it fails. */
export function runOperatorCommand(
  dataDir: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const { main, env: own } = commandFile();
  return promisify(execFile)(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...own, TEMBO_DATA_DIR: dataDir, ...env },
    maxBuffer: 16 * 1024 ** 2,
  });
}

/** Asserts that a command fails, and that its standard error matches. */
export const rejectsWithOutput = (command: Promise<unknown>, sentence: RegExp) =>
  assert.rejects(command, ({ stderr = "" }: { readonly stderr?: string }) => {
    assert.match(stderr, sentence);
    return true;
  });
