import { AppError } from "../../base/index.ts";
import { dependencyCommands, guardedCommand, missingProgram } from "../environment/dependency-commands.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { BuildContext } from "./build-context.ts";
import { runLogged } from "./run-logged.ts";
import { describeLastLines } from "./run-setup-script.ts";

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
    for (const wanted of dependencyCommands(files)) {
      const { program, lockfile, command } = wanted;
      const cwd = `${sandbox.workspacePath}/${directory}`;
      await context.output.add(`\n[${directory}: ${command}]\n`);
      const argv = ["/bin/sh", "-c", guardedCommand(wanted)] as const;
      const { exitCode, tail } = await runLogged(context, sandbox, { argv, cwd }, signal);
      if (exitCode === missingProgram)
        await context.output.add(`[Skipped, because this system has no ${program} for ${lockfile}.]\n`);
      else if (exitCode !== 0)
        throw new AppError(
          "invalid_input",
          `Dependencies of ${directory} could not be installed: ${command} failed with exit code ${exitCode}.${describeLastLines(tail)}`,
        );
    }
}
