import { AppError, withReason } from "../core/base/index.ts";
import type { LayerSource } from "../core/turns/index.ts";
import { reasonOf } from "./confine/run-confined.ts";
import { type ConfinedLaunch, type LayerOwner, startConfined } from "./confine/start-confined.ts";

type Folders = Extract<LayerSource, { readonly kind: "folders" }>["folders"];

/** Returns the paths for `assemble`, by the top-level folders of the archive. */
export const prefixesOf = (folders: Folders): Readonly<Record<string, string>> =>
  Object.fromEntries(folders.map(({ path }, index) => [String(index), path]));

/**
 * Packs folders that a build wrote. Keeps the whiteouts and opaque folders of an overlay, extended attributes and file capabilities. The
 * program runs confined, because it reads hostile names and files of many users. Throws `unavailable` if a file cannot be read.
 */
export async function* packFolders(
  owner: LayerOwner | null,
  folders: Folders,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const { stdin, stdout, ended } = startConfined(owner, packCommand(folders), signal);
  stdin.end();
  yield* stdout as AsyncIterable<Buffer>;
  const end = await ended;
  if (end.code !== 0)
    throw new AppError("unavailable", withReason("The build's files could not be read", reasonOf(end)));
}

/** Returns the program that writes the folders as an archive. The archive has a top-level folder `0`, `1` and so on for each of them. */
export const packCommand = (folders: Folders): ConfinedLaunch => ({
  argv: [
    ...(["tar", "--create", "--format=posix", "--sparse", "--numeric-owner", "--xattrs"] as const),
    ...["--xattrs-include=user.*", "--xattrs-include=security.capability", "-C", "/in", "--"],
    ...folders.map((_, index) => String(index)),
  ],
  paths: folders.map(({ hostPath }, index) => ({ inside: `/in/${index}`, hostPath, isWritable: false })),
  needsFileCapabilities: true,
});

/** Returns the IDs that can read the folders, or null if the server is not root. */
export const ownerOfFolders = (
  owner: LayerOwner | null,
  { owner: own }: { readonly owner?: LayerOwner | null },
): LayerOwner | null => (owner === null ? null : (own ?? owner));
