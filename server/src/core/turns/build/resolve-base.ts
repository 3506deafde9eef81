import type { Base } from "./base.ts";
import type { BuildContext } from "./build-context.ts";
import { resolveDevcontainer } from "./devcontainer/resolve-devcontainer.ts";
import { resolveDockerfile } from "./dockerfile/resolve-dockerfile.ts";
import { resolveImage } from "./resolve-image.ts";

/**
 * Finds the base of a build's environment, without downloading its layers. Returns null for the machine's own system.
 * Throws an error for people if it cannot be used.
 */
export async function resolveBase(context: BuildContext, signal: AbortSignal): Promise<Base | null> {
  const { source } = context.build.recipe;
  if (source.kind === "machine") return null;
  if (source.kind === "image") return resolveImage(context, source, signal);
  if (source.kind === "dockerfile") {
    const { path, target = null, args = {} } = source;
    return resolveDockerfile(context, { path, contextPath: "", target, args }, signal);
  }
  return resolveDevcontainer(context, source, signal);
}
