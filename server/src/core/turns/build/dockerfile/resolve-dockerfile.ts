import { createHash } from "node:crypto";
import { AppError, paths } from "../../../base/index.ts";
import { findRegistryCredential } from "../../environment/registry-credential.ts";
import type { Base } from "../base.ts";
import type { BuildCheckout, BuildContext } from "../build-context.ts";
import { findKnownBase } from "../find-known-base.ts";
import { readSourceFile } from "../read-source-file.ts";
import { buildImage, type DockerfileBuild } from "./build-image.ts";

/** Part of the identity. Increase it if the same Dockerfile would become another image. */
const version = 1;
const maxDockerfileBytes = 64 * 1024;
const maxEntries = 10_000;

/**
 * Finds the images that a Dockerfile of the source repository reads, and decides the identity of its image. Throws
 * `invalid_input` if the Dockerfile is missing or cannot be built, and the errors of `Images.resolve`.
 */
export async function resolveDockerfile(
  context: BuildContext,
  wanted: Pick<DockerfileBuild, "path" | "contextPath" | "target" | "args">,
  signal: AbortSignal,
): Promise<Base> {
  const { ports, organization, build, output } = context;
  const checkout = sourceOf(context);
  const text = await readDockerfile(context, checkout, wanted.path, signal);
  const parsed = ports.baseFiles.parseDockerfile(text, wanted);
  const credential = await findRegistryCredential(ports, organization.id, build.recipe.source);
  const images = await Promise.all(
    parsed.images.map(({ reference }) => ports.images.resolve({ reference, credential }, signal)),
  );
  for (const [index, { reference }] of parsed.images.entries())
    await output.add(`[The image ${reference} is ${images[index]!.pinned}.]\n`);
  const { path, contextPath, target, args } = wanted;
  const identity = identityOf({
    ...{ version, platform: process.arch, text, target },
    ...{ args: Object.entries(args).sort(), images: images.map(({ pinned }) => pinned) },
    // The path decides which ignore file applies.
    context: parsed.readsContext
      ? { path, contextPath, tree: await treeOf(context, checkout, contextPath, signal) }
      : null,
  });
  return {
    identity,
    pinned: null,
    load: async (within) => {
      const known = await findKnownBase(context, { identity, projectId: context.project.id }, within);
      if (known === null) return buildImage(context, { ...wanted, checkout, parsed, images }, within);
      await output.add(`[The image of ${path} is on this machine.]\n`);
      return known;
    },
  };
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

const identityOf = (value: unknown) =>
  `dockerfile:${createHash("sha256").update(JSON.stringify(value)).digest("hex")}`;
