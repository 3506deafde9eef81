import { AppError } from "../../base/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { BuildContext } from "./build-context.ts";
import { type LoggedRun, runLogged } from "./run-logged.ts";

/**
 * Runs a script with bash, which reports the line that failed, or with sh, which prints each command instead. The script
 * begins on the line of the trap, so that its lines keep their numbers.
 */
const launcher = `
exec 2>&1
if command -v bash >/dev/null 2>&1; then
  trap='code=$?; echo "[Line $LINENO failed with exit code $code.]"'
  exec bash -eE -o pipefail -c "trap '$trap' ERR; $1"
fi
exec sh -ex -c "$1"`;

const maxLines = 10;
const maxLinesLength = 1_000;

/**
 * Runs the recipe's setup script in the workspace. Throws `invalid_input`, with the line that failed and the last lines of
 * the output, if the script fails.
 */
export async function runSetupScript(
  context: BuildContext,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<void> {
  const { setupScript } = context.build.recipe;
  if (setupScript === null || setupScript.trim() === "") return;
  const run = await runLogged(
    context,
    sandbox,
    { argv: setupArgv(setupScript), cwd: sandbox.workspacePath },
    signal,
  );
  if (run.exitCode !== 0) throw new AppError("invalid_input", describeFailedScript(run));
}

/** Returns the command that runs a setup script. Both output streams are its standard output. Pure. */
export const setupArgv = (script: string): readonly [string, ...string[]] => [
  "/bin/sh",
  "-c",
  launcher,
  "sh",
  script,
];

/** Returns the error message for a failed script, with the line that failed if the output names it. Pure. */
export function describeFailedScript({ exitCode, tail }: LoggedRun): string {
  const line = [...tail.matchAll(/^\[Line (\d+) failed with exit code \d+\.\]$/gm)].at(-1)?.[1];
  const where = line === undefined ? "The setup script failed" : `The setup script failed on line ${line}`;
  return `${where} with exit code ${exitCode}.${describeLastLines(tail)}`;
}

/** Returns a sentence with the last lines of a program's masked output, or nothing if there was no output. Pure. */
export function describeLastLines(tail: string): string {
  const lines = tail.trimEnd().split("\n").slice(-maxLines).join("\n").slice(-maxLinesLength);
  return lines.trim() === "" ? "" : ` Its last lines:\n${lines}`;
}
