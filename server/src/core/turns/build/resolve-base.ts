import { AppError } from "../../base/index.ts";
import type { Base } from "./base.ts";
import type { BuildContext } from "./build-context.ts";
import { resolveImage } from "./resolve-image.ts";

/**
 * Finds the base of a build's environment, without downloading its layers. Returns null for the machine's own system.
 * Throws an error for people if it cannot be used.
 */
export async function resolveBase(context: BuildContext, signal: AbortSignal): Promise<Base | null> {
  const { source } = context.build.recipe;
  if (source.kind === "machine") return null;
  if (source.kind === "image") return resolveImage(context, source, signal);
  throw new AppError("internal", `The source ${source.kind} of a build is not supported.`);
}
