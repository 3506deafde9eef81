import { createHash } from "node:crypto";
import { AppError } from "../../../base/index.ts";
import { findRegistryCredential } from "../../environment/registry-credential.ts";
import type { FeatureFile, RemoteFeature } from "../../layer/images.ts";
import { type Devcontainer, maxFeatures, type ParsedFeature, type UsedFeature } from "../base-files.ts";
import type { BuildCheckout, BuildContext } from "../build-context.ts";
import { type Feature, withoutVersion } from "./feature.ts";
import { optionVariables } from "./option-variables.ts";
import { orderFeatures } from "./order-features.ts";
import { readLocalFeature } from "./read-local-feature.ts";

const maxBytes = 64 * 1024 ** 2;
const metadataFile = "devcontainer-feature.json";
const installFile = "install.sh";

export interface WantedFeatures extends Pick<Devcontainer, "features" | "installOrder"> {
  /** Path of the folder with the devcontainer.json. */
  readonly folder: string;
}

interface LoadedFeature {
  readonly pinned: string | null;
  readonly files: readonly FeatureFile[];
  readonly parsed: ParsedFeature;
  /** Digest of the files. */
  readonly digest: string;
}

/**
 * Downloads the features of a dev container and those that they depend on. Returns them in the order of installation, and lists them in
 * the build's log. Throws `invalid_input` if they cannot be used, and the errors of `Images.readFeature`.
 */
export async function findFeatures(
  context: BuildContext,
  checkout: BuildCheckout,
  { features, installOrder, folder }: WantedFeatures,
  signal: AbortSignal,
): Promise<Feature[]> {
  if (features.length === 0) return [];
  const load = openLoader(context, { checkout, folder }, signal);
  const found = new Map<string, Feature>();
  // A feature is known before those that it depends on, so a circle ends.
  const add = async (used: UsedFeature): Promise<string> => {
    const { pinned, files, parsed, digest } = await load(used);
    const variables = optionVariables(used.name, parsed, used.options);
    const resource = used.folder === null ? withoutVersion(used.name) : used.name;
    const key = `${resource} ${digest} ${JSON.stringify(Object.entries(variables).sort())}`;
    if (found.has(key)) return key;
    requireFewer(found);
    const needs: string[] = [];
    const { name } = used;
    found.set(key, { ...parsed, ...{ key, name, resource, pinned, files, variables, needs } });
    for (const needed of parsed.dependsOn) needs.push(await add(needed));
    return key;
  };
  for (const used of features) await add(used);
  const ordered = orderFeatures([...found.values()], installOrder);
  for (const feature of ordered) await context.output.add(describe(feature));
  return ordered;
}

function requireFewer({ size }: ReadonlyMap<string, unknown>): void {
  if (size < maxFeatures) return;
  throw new AppError(
    "invalid_input",
    `The dev container has more than ${maxFeatures} features with those that they depend on. Remove some.`,
  );
}

function describe({ name, pinned, ignored }: Feature): string {
  const what =
    pinned === null
      ? `[The feature ${name} is in the repository.]\n`
      : `[The feature ${name} is ${pinned}.]\n`;
  if (ignored.length === 0) return what;
  return `${what}[The feature ${name} has properties without effect in a sandbox: ${ignored.join(", ")}.]\n`;
}

/** Returns a function that loads each feature once. */
function openLoader(
  context: BuildContext,
  { checkout, folder: parent }: { readonly checkout: BuildCheckout; readonly folder: string },
  signal: AbortSignal,
) {
  const loaded = new Map<string, LoadedFeature>();
  let leftBytes = maxBytes;
  return async ({ name, folder }: UsedFeature): Promise<LoadedFeature> => {
    const known = loaded.get(name);
    if (known !== undefined) return known;
    // Names of equal features are downloads of their own.
    requireFewer(loaded);
    const { pinned, files } = await readFiles(context, checkout, { name, folder }, signal);
    leftBytes -= files.reduce((total, { content }) => total + content.byteLength, 0);
    if (leftBytes < 0)
      throw new AppError(
        "invalid_input",
        `The features of the dev container have more than ${maxBytes / 1024 ** 2} MiB. Remove some.`,
      );
    const read = (path: string) => files.find((file) => file.path === path)?.content;
    const metadata = read(metadataFile);
    const missing = metadata === undefined ? metadataFile : read(installFile) === undefined && installFile;
    if (metadata === undefined || missing)
      throw new AppError("invalid_input", `The feature ${name} has no file ${missing}. Use another feature.`);
    const parsed = context.ports.baseFiles.parseFeature(metadata, { name, folder: parent });
    const feature = { pinned, files, parsed, digest: digestOf(files) };
    loaded.set(name, feature);
    return feature;
  };
}

async function readFiles(
  context: BuildContext,
  checkout: BuildCheckout,
  { name, folder }: Pick<UsedFeature, "name" | "folder">,
  signal: AbortSignal,
): Promise<{ readonly pinned: string | null; readonly files: RemoteFeature["files"] }> {
  if (folder !== null)
    return { pinned: null, files: await readLocalFeature(context, checkout, folder, signal) };
  const { ports, organization, build } = context;
  const credential = await findRegistryCredential(ports, organization.id, build.recipe.source);
  return ports.images.readFeature({ reference: name, credential }, signal);
}

function digestOf(files: readonly FeatureFile[]): string {
  const hash = createHash("sha256");
  for (const { path, isExecutable, content } of files)
    hash.update(JSON.stringify([path, isExecutable, content.byteLength])).update(content);
  return hash.digest("hex");
}
