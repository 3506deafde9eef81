import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { type Logger, reason } from "../../core/base/index.ts";
import type { LayerFormat } from "../formats/format.ts";
import { unmountBelow } from "../mounts/mount.ts";
import type { LayerFolders } from "./layer-folders.ts";
import { stateOf } from "./stored-layers.ts";

/** Removes what dead processes left behind. What cannot be removed stays until the next start, because the layers work without it. */
export async function removeLeftovers({
  folders,
  formats,
  log,
}: {
  readonly folders: LayerFolders;
  readonly formats: readonly LayerFormat[];
  readonly log: Logger;
}): Promise<void> {
  const { temporary, mounts } = await folders.listLeftovers();
  const removeAll = async (paths: readonly string[], remove: (path: string) => Promise<void>) => {
    for (const path of paths)
      await remove(path).catch((cause: unknown) =>
        log.warn({ path, reason: reason(cause) }, "a leftover of the layers could not be removed"),
      );
  };
  await removeAll(mounts, removeMountPoints);
  await removeAll(temporary, async (folder) => {
    await unmountBelow(folder);
    await removeTree(formats, folder);
  });
}

/** Removes a folder with a layer, which may be incomplete. */
export async function removeTree(formats: readonly LayerFormat[], folder: string): Promise<void> {
  for (const { entryName, remove } of formats)
    for (const parent of [folder, join(folder, "out")])
      if ((await stateOf(join(parent, entryName))) !== null) await remove(join(parent, entryName));
  await rm(folder, { recursive: true, force: true });
}

/** Ends the mounts in a folder of mount points, and removes it. Throws if something uses a mount. */
export async function removeMountPoints(folder: string): Promise<void> {
  await unmountBelow(folder);
  // Not recursive: a mount point is an empty folder, and a mount that is still there must stay.
  for (const name of await readdir(folder)) await rmdir(join(folder, name));
  await rmdir(folder);
}
