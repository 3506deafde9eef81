import type { Variables } from "../../environment/dev-shell-variables.ts";
import type { BuildContext, OpenedSandbox, Phase } from "../build-context.ts";
import { openBuildEndpoints } from "../open-build-endpoints.ts";
import { findDevShells } from "./find-dev-shells.ts";
import { readDevShells } from "./read-dev-shells.ts";

/**
 * Builds the dev shells of the repositories if the recipe installs dependencies. Returns their variables, which a sandbox can
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
  await phase("devShell", 20, "Building the dev shells of Nix.");
  const closeEndpoints = await openBuildEndpoints(context, opened.sandbox);
  try {
    return await readDevShells(context, opened, files, signal);
  } finally {
    await closeEndpoints();
  }
}
