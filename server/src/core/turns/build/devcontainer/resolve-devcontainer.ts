import { createHash } from "node:crypto";
import { posix } from "node:path";
import { AppError } from "../../../base/index.ts";
import type { ProjectSource } from "../../../sessions/index.ts";
import type { Base, LoadedBase } from "../base.ts";
import type { Devcontainer, Lifecycle } from "../base-files.ts";
import type { BuildCheckout, BuildContext } from "../build-context.ts";
import { resolveDockerfile } from "../dockerfile/resolve-dockerfile.ts";
import { resolveFeaturedImage } from "../dockerfile/resolve-featured-image.ts";
import type { Installation } from "../features/feature.ts";
import { findFeatures } from "../features/find-features.ts";
import { findKnownBase } from "../find-known-base.ts";
import { resolveImage } from "../resolve-image.ts";
import { type Commands, commandsOf, startScriptOf } from "./commands.ts";
import { describeForwardedPorts } from "./describe-forwarded-ports.ts";
import { findDevcontainer } from "./find-devcontainer.ts";
import { lifecycleScript } from "./lifecycle-script.ts";
import { resolveVariables } from "./variables.ts";

/** Part of the identity. Increase it if the same file would become another system. */
const version = 1;

/**
 * Reads the dev container of the source repository, and finds its system. Its commands become steps of the build, and its
 * `postStartCommand` becomes a part of the start script. Throws `invalid_input` if the file cannot be used, and the errors
 * of the system.
 */
export async function resolveDevcontainer(
  context: BuildContext,
  source: Extract<ProjectSource, { readonly kind: "devcontainer" }>,
  signal: AbortSignal,
): Promise<Base> {
  const { sourceCheckout, output } = context;
  if (sourceCheckout === null) throw new AppError("internal", "A dev container has no source repository.");
  const { path, text } = await findDevcontainer(context, sourceCheckout, source.path ?? null, signal);
  const file = context.ports.baseFiles.parseDevcontainer(text, path);
  await output.add(`[The dev container is ${path}.]\n`);
  const folder = posix.dirname(path);
  const features = await findFeatures(context, sourceCheckout, { ...file, folder }, signal);
  const installation = { features, users: file.users };
  const commands = commandsOf(file, path, features);
  requireCheckout(context, commands, path);
  const ports = file.ports.filter((entry) => typeof entry === "number");
  await output.add(describeForwardedPorts(file.ports, context.ports.settings));
  const system = await resolveSystem(context, sourceCheckout, { file, installation }, signal);
  const workspaceFolder = `/workspace/${sourceCheckout.directory}`;
  const toScript = (command: Lifecycle) => lifecycleScript(command, workspaceFolder);
  const setup = commands.setup.map(({ name, command }) => ({
    ...{ name, script: toScript(command) },
    directory: sourceCheckout.directory,
  }));
  const startScript = startScriptOf(commands.starts.map(toScript), workspaceFolder);
  const { containerEnv, remoteEnv, user } = file;
  const env = { containerEnv, remoteEnv };
  const settings = JSON.stringify({ version, system: system.identity, env, user, setup, startScript, ports });
  const identity = `devcontainer:${createHash("sha256").update(settings).digest("hex")}`;
  return {
    ...{ identity, pinned: system.pinned, user, setup, startScript, ports },
    load: async (within) =>
      (await findKnownBase(context, { identity, projectId: context.project.id }, within)) ??
      withVariables(await system.load(within), file, workspaceFolder),
  };
}

function resolveSystem(
  context: BuildContext,
  checkout: BuildCheckout,
  { file: { system }, installation }: { readonly file: Devcontainer; readonly installation: Installation },
  signal: AbortSignal,
): Promise<Base> {
  if (system.kind === "dockerfile") return resolveDockerfile(context, system, signal, installation);
  if (installation.features.length === 0) return resolveImage(context, system, signal);
  const { reference } = system;
  return resolveFeaturedImage(context, checkout, { reference, installation }, signal);
}

/** The commands run in the repository's checkout. */
function requireCheckout(
  { checkouts, sourceCheckout }: BuildContext,
  { setup, starts }: Commands,
  path: string,
): void {
  if (setup.length === 0 && starts.length === 0) return;
  if (checkouts.some((checkout) => checkout === sourceCheckout)) return;
  throw new AppError(
    "invalid_input",
    `${path} has commands, but its repository ${sourceCheckout?.directory} is not part of the project. Add it to the project's repositories.`,
  );
}

const withVariables = (
  { layers, env }: LoadedBase,
  file: Devcontainer,
  workspaceFolder: string,
): LoadedBase => ({
  layers,
  env: resolveVariables(env, file, workspaceFolder),
});
