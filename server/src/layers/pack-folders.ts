import { AppError, withReason } from "../core/base/index.ts";
import type { LayerSource, MountedLayer, WrittenFolder } from "../core/turns/index.ts";
import { reasonOf } from "./confine/run-confined.ts";
import { type ConfinedLaunch, type LayerOwner, startConfined } from "./confine/start-confined.ts";

type Folders = Extract<LayerSource, { readonly kind: "folders" }>["folders"];

/** Returns the paths for `assemble`, by the top-level folders of the archives. */
export const prefixesOf = (folders: Folders): Readonly<Record<string, string>> =>
  Object.fromEntries(folders.map(({ path }, index) => [String(index), path]));

/** Packs each folder that a build wrote into an archive of its own. The names of their top-level folders are `0`, `1` and so on. */
export const packFolders = (
  owner: LayerOwner | null,
  folders: Folders,
  signal: AbortSignal,
): readonly AsyncIterable<Buffer>[] =>
  folders.map((folder, index) => packFolder(owner, folder, String(index), signal));

/** Paths for `assemble` of an archive of `packLayer`. */
export const exportedPrefixes: Readonly<Record<string, string>> = { "0": "/" };

/** Packs a whole layer that is mounted. Keeps what `packFolders` keeps. Throws `unavailable` if a file cannot be read. */
export const packLayer = ({ path, firstId }: MountedLayer, signal: AbortSignal): AsyncIterable<Buffer> =>
  packFolder(firstId === null ? null : { firstId }, { hostPath: path, path: "/" }, "0", signal);

/**
 * Packs a folder. Keeps the whiteouts and opaque folders of an overlay, extended attributes and file capabilities. The program runs
 * confined, because it reads hostile names and files of many users. Throws `unavailable` if a file cannot be read.
 */
async function* packFolder(
  owner: LayerOwner | null,
  folder: WrittenFolder,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const { stdin, stdout, ended } = startConfined(
    ownerOfFolder(owner, folder),
    packCommand(folder, name),
    signal,
  );
  stdin.end();
  yield* stdout as AsyncIterable<Buffer>;
  const end = await ended;
  if (end.code !== 0)
    throw new AppError("unavailable", withReason("Files of a layer could not be read", reasonOf(end)));
}

/** Returns the program that writes a folder as an archive with one top-level folder. */
export const packCommand = ({ hostPath, emptied = [] }: WrittenFolder, name = "0"): ConfinedLaunch => ({
  argv: [
    ...(["tar", "--create", "--format=posix", "--sparse", "--numeric-owner", "--xattrs"] as const),
    ...["--xattrs-include=user.*", "--xattrs-include=security.capability", "-C", "/in", "--anchored"],
    ...emptied.map((path) => `--exclude=${name}/${path}/*`),
    ...["--", name],
  ],
  paths: [{ inside: `/in/${name}`, hostPath, isWritable: false }],
  needsFileCapabilities: true,
});

/** Returns the IDs that can read the folder, or null if the server is not root. */
export const ownerOfFolder = (owner: LayerOwner | null, folder: WrittenFolder): LayerOwner | null =>
  owner === null ? null : (folder.owner ?? owner);
