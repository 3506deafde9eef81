import type { Variables } from "../../environment/dev-shell-variables.ts";
import type { BuildContext, OpenedSandbox, Phase } from "../build-context.ts";
import { openBuildEndpoints } from "../open-build-endpoints.ts";
import { findDevShells } from "./find-dev-shells.ts";
import { readDevShells } from "./read-dev-shells.ts";

/**
 * Builds the dev shells of the repositories if the recipe installs dependencies. Notes in the log that they have no effect
 * without the user root of an image. Returns their variables, which a sandbox can
 * only receive when it opens. Throws the errors of `readDevShells`.
 */
export async function buildDevShells(
  context: BuildContext,
  opened: OpenedSandbox,
  phase: Phase,
  signal: AbortSignal,
): Promise<Variables> {
  if (!context.build.recipe.installsDependencies) return {};
  const files = await findDevShells(context, signal);
  if (files.length === 0) return {};
  if (opened.system?.profile !== "root") {
    for (const { directory, file } of files)
      await context.output.add(
        `[${directory}: ${file} has no effect. Set the project's user to root, and use an image that contains nix.]\n`,
      );
    return {};
  }
  await phase("devShell", 20, "Building the dev shells of Nix.");
  const closeEndpoints = await openBuildEndpoints(context, opened.sandbox);
  try {
    return await readDevShells(context, opened, files, signal);
  } finally {
    await closeEndpoints();
  }
}
