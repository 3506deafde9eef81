import { AppError, paths } from "../../../base/index.ts";
import type { Base } from "../base.ts";
import type { BuildCheckout, BuildContext } from "../build-context.ts";
import type { Installation } from "../features/feature.ts";
import { readSourceFile } from "../read-source-file.ts";
import type { DockerfileBuild } from "./build-image.ts";
import { builtBase, findImages, identityOf } from "./built-base.ts";

const maxDockerfileBytes = 64 * 1024;
const maxEntries = 10_000;
const nothing: Installation = { features: [], users: { containerUser: null, remoteUser: null } };

/**
 * Finds the images that a Dockerfile of the source repository reads, and decides the identity of its image. Throws
 * `invalid_input` if the Dockerfile is missing or cannot be built, and the errors of `findImages`.
 */
export async function resolveDockerfile(
  context: BuildContext,
  wanted: Pick<DockerfileBuild, "path" | "contextPath" | "target" | "args">,
  signal: AbortSignal,
  installation: Installation = nothing,
): Promise<Base> {
  const checkout = sourceOf(context);
  const { path, contextPath, target, args } = wanted;
  const text = await readDockerfile(context, checkout, path, signal);
  const parsed = await context.ports.baseFiles.parseDockerfile(text, wanted);
  const references = parsed.images.map(({ reference }) => reference);
  const images = await findImages(context, references, signal);
  const dockerfile = { path, contextPath, target, args, parsed };
  return builtBase(
    context,
    { checkout, dockerfile, images, installation },
    {
      name: path,
      inputs: {
        ...{ text, target, args: Object.entries(args).sort() },
        // The path decides which ignore file applies.
        context: parsed.readsContext
          ? { path, contextPath, tree: await treeOf(context, checkout, contextPath, signal) }
          : null,
      },
    },
  );
}

function sourceOf({ sourceCheckout }: BuildContext): BuildCheckout {
  if (sourceCheckout !== null) return sourceCheckout;
  throw new AppError("internal", "A build from a repository has no source repository.");
}

async function readDockerfile(
  context: BuildContext,
  checkout: BuildCheckout,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  const file = await readSourceFile(context, checkout, { path, maxBytes: maxDockerfileBytes }, signal);
  if (file?.kind === "text") return file.text;
  const where = `${path} on the branch ${checkout.branch} of ${checkout.directory}`;
  throw new AppError(
    "invalid_input",
    file === null
      ? `There is no file ${where}. Push the Dockerfile, or correct its path in the project.`
      : `The file ${where} has more than ${maxDockerfileBytes / 1024} KiB. Make it smaller.`,
  );
}

/** Returns a text that changes with the files of a folder of the build's commit. Throws `invalid_input` if there is no such folder. */
async function treeOf(
  { ports }: BuildContext,
  { repository, commit, directory }: BuildCheckout,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  const mirrorPath = paths.mirror(ports.settings.dataDir, repository.id);
  if (commit === null)
    throw new AppError("invalid_input", `The repository ${directory} has no commits. Push the Dockerfile.`);
  if (path !== "") {
    const entry = await ports.git.findEntry({ mirrorPath, commit, path }, signal);
    if (entry?.kind === "folder") return entry.id;
    throw new AppError("invalid_input", `There is no folder ${path} in ${directory} for the build context.`);
  }
  const { entries, isCut } = await ports.git.readTree(
    { mirrorPath, tree: commit, search: null, maxEntries },
    signal,
  );
  return isCut ? commit : identityOf(entries);
}
