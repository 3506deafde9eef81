import { AppError } from "../../../base/index.ts";
import { missingProgram } from "../../environment/dependency-commands.ts";
import { inDevShell, joinDevShells, type Variables } from "../../environment/dev-shell-variables.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { BuildContext, OpenedSandbox } from "../build-context.ts";
import { requireShort } from "../image-variables.ts";
import { runLogged } from "../run-logged.ts";
import { describeLastLines } from "../run-setup-script.ts";
import type { DevShellFile } from "./find-dev-shells.ts";

type Context = Pick<BuildContext, "ports" | "output" | "secrets" | "masker">;

/** Name of the file in HOME that receives Nix's description of a dev shell. The build removes it at its end. */
export const devShellOutput = ".tembo-dev-shell.json";

/** The functions of the shell in nixpkgs take about 100 KB. */
const maxOutputBytes = 4 * 1024 * 1024;

/**
 * Prints a dev shell as JSON. Without the whole name of the attribute, Nix would take a package instead. A `tembo.nix` is a flake without other files, because Nix requires the name flake.nix. Other
 * flakes consist of the files that git tracks. Nix neither needs a daemon nor isolates its own builds: the sandbox does.
 */
const script = `
command -v nix >/dev/null 2>&1 || exit ${missingProgram}
set -e
run() { nix --extra-experimental-features "nix-command flakes" "$@"; }
system=$(run eval --impure --raw --expr builtins.currentSystem)
if [ "$1" = tembo.nix ]; then
  folder=$(mktemp -d)
  cp tembo.nix "$folder/flake.nix"
  flake="path:$folder"
else
  flake="git+file://$PWD?shallow=1"
fi
run --option build-users-group "" --option sandbox false print-dev-env --json --no-write-lock-file \\
  "$flake#devShells.$system.default" > "$HOME/${devShellOutput}"`;

/**
 * Builds the dev shells of the repositories, and returns their variables together. Notes in the log why a dev shell has no
 * effect. Throws `invalid_input` if Nix fails, or if programs cannot or must not receive the variables.
 */
export async function readDevShells(
  context: Context,
  { sandbox, system }: OpenedSandbox,
  files: readonly DevShellFile[],
  signal: AbortSignal,
): Promise<Variables> {
  const shells: Variables[] = [];
  for (const file of files) shells.push(await readDevShell(context, sandbox, file, signal));
  const variables = joinDevShells(shells);
  requireShort(
    inDevShell(system?.env ?? {}, variables),
    "The dev shells and the system set",
    "Remove some of them.",
  );
  return variables;
}

async function readDevShell(
  context: Context,
  sandbox: Sandbox,
  { directory, file }: DevShellFile,
  signal: AbortSignal,
): Promise<Variables> {
  const { output, ports, masker } = context;
  const path = `${directory}/${file}`;
  await output.add(`\n[${directory}: nix print-dev-env, for ${file}]\n`);
  const argv = ["/bin/sh", "-c", script, "sh", file] as const;
  const cwd = `${sandbox.workspacePath}/${directory}`;
  const { exitCode, tail } = await runLogged(context, sandbox, { argv, cwd }, signal);
  if (exitCode === missingProgram) {
    await output.add(
      `[Skipped, because the image does not contain nix. Install nix in the image to use ${file}.]\n`,
    );
    return {};
  }
  if (exitCode !== 0 && file === "flake.nix" && hasNoShell.test(tail)) {
    await output.add("[Skipped, because the flake has no dev shell for this system.]\n");
    return {};
  }
  if (exitCode !== 0)
    throw new AppError(
      "invalid_input",
      `The dev shell of ${path} could not be built: nix failed with exit code ${exitCode}.${describeLastLines(tail)}`,
    );
  const content = await sandbox.readFile(`${sandbox.homePath}/${devShellOutput}`, maxOutputBytes);
  const variables = ports.baseFiles.parseDevShell(content ?? Buffer.alloc(0), path);
  for (const [name, value] of Object.entries(variables))
    if (masker.mask(value) !== value)
      throw new AppError(
        "invalid_input",
        `The variable ${name} in the dev shell of ${path} contains a secret, which every session of the project could read. Remove it from the dev shell.`,
      );
  return variables;
}

/** Error of Nix. Many flakes only describe packages for other systems, or modules. */
const hasNoShell = /does not provide attribute/;
