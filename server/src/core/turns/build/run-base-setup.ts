import { AppError } from "../../base/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Base } from "./base.ts";
import type { BuildContext } from "./build-context.ts";
import { runLogged } from "./run-logged.ts";
import { describeLastLines } from "./run-setup-script.ts";

/** Runs the commands of the base system in order. Throws `invalid_input`, with the last lines of the output, if one fails. */
export async function runBaseSetup(
  context: BuildContext,
  sandbox: Sandbox,
  { setup = [] }: Pick<Base, "setup">,
  signal: AbortSignal,
): Promise<void> {
  for (const { name, script, directory } of setup) {
    await context.output.add(`\n[Running the ${name}.]\n`);
    const cwd = `${sandbox.workspacePath}/${directory}`;
    const argv = ["/bin/sh", "-c", script] as const;
    const { exitCode, tail } = await runLogged(context, sandbox, { argv, cwd }, signal);
    if (exitCode !== 0)
      throw new AppError(
        "invalid_input",
        `The ${name} failed with exit code ${exitCode}.${describeLastLines(tail)}`,
      );
  }
}
