import { AppError } from "../../base/index.ts";
import { dependencyCommands } from "../environment/dependency-commands.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { BuildContext } from "./build-context.ts";
import { runLogged } from "./run-logged.ts";
import { describeLastLines } from "./run-setup-script.ts";

/** Exit code with which the shell reports a missing program. */
const missing = 127;

export interface FoundLockfiles {
  readonly directory: string;
  readonly files: ReadonlySet<string>;
}

/**
 * Runs the dependency commands of each repository in its folder. Notes a missing program in the log. Throws
 * `invalid_input`, with the command and its last lines, if a command fails.
 */
export async function installDependencies(
  context: BuildContext,
  sandbox: Sandbox,
  repositories: readonly FoundLockfiles[],
  signal: AbortSignal,
): Promise<void> {
  for (const { directory, files } of repositories)
    for (const { program, lockfile, command } of dependencyCommands(files)) {
      const cwd = `${sandbox.workspacePath}/${directory}`;
      await context.output.add(`\n[${directory}: ${command}]\n`);
      const checked = `command -v ${program} >/dev/null 2>&1 || exit ${missing}; ${command}`;
      const argv = ["/bin/sh", "-c", checked] as const;
      const { exitCode, tail } = await runLogged(context, sandbox, { argv, cwd }, signal);
      if (exitCode === missing)
        await context.output.add(`[Skipped, because this system has no ${program} for ${lockfile}.]\n`);
      else if (exitCode !== 0)
        throw new AppError(
          "invalid_input",
          `Dependencies of ${directory} could not be installed: ${command} failed with exit code ${exitCode}.${describeLastLines(tail)}`,
        );
    }
}
