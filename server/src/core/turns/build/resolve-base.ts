import { AppError } from "../../base/index.ts";
import type { Base } from "./base.ts";
import type { BuildContext } from "./build-context.ts";
import { resolveImage } from "./resolve-image.ts";

/**
 * Finds the base of a build's environment, without downloading its layers. Returns null for the machine's own system.
 * Throws an error for people if it is not usable.
 */
export async function resolveBase(context: BuildContext, signal: AbortSignal): Promise<Base | null> {
  const { source, user } = context.build.recipe;
  if (source.kind === "image") return resolveImage(context, source, signal);
  if (source.kind === "machine" && user === "user") return null;
  throw new AppError(
    "invalid_input",
    source.kind === "machine"
      ? 'The user root needs a system of its own. Choose an image as the "source", or set "user" to "user".'
      : `This server cannot build the source ${source.kind}. Choose an image, or the source "machine".`,
  );
}
