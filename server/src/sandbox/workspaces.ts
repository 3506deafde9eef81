import { existsSync } from "node:fs";
import type { LayerDigest, Layers, Workspaces } from "../core/turns/index.ts";
import { fillFolder } from "./folders/fill-folder.ts";
import { makeOwnFolders } from "./folders/make-folder.ts";
import { type SessionFolders, sessionFolders } from "./folders/session-folders.ts";
import { type FileOwner, sessionOwner } from "./folders/session-owner.ts";
import { inside } from "./inside/places.ts";
import { requireLayers } from "./system/open-system.ts";

export interface WorkspacesOptions {
  readonly dataDir: string;
  /**
   * First user ID if the server is root: the files of session n belong to the uid and gid uidBase + n % 50,000. The value is null for
   * sandboxes that run as the server's own user.
   */
  readonly uidBase: number | null;
  /** Layers of prepared systems. Without them, the server runs none. */
  readonly layers?: Pick<Layers, "mount">;
}

/** Creates workspaces in the data folder on this machine. */
export function createWorkspaces({ dataDir, uidBase, layers }: WorkspacesOptions): Workspaces {
  const ownerOf = (sessionNumber: number) => sessionOwner(uidBase, sessionNumber);
  return {
    ownerOf,
    prepare: async (workspace, digests, signal) => {
      const folders = sessionFolders(dataDir, workspace);
      const owner = ownerOf(workspace.sessionNumber);
      if (digests.length > 0) await fill(requireLayers(layers), digests, { dataDir, folders, owner }, signal);
      await makeOwnFolders(folders, owner);
    },
  };
}

async function fill(
  layers: Pick<Layers, "mount">,
  digests: readonly LayerDigest[],
  {
    dataDir,
    folders,
    owner,
  }: { readonly dataDir: string; readonly folders: SessionFolders; readonly owner: FileOwner },
  signal: AbortSignal,
): Promise<void> {
  if (existsSync(folders.workspacePath) && existsSync(folders.homePath)) return;
  const mounted = await layers.mount(digests, signal);
  try {
    const given = { dataDir, owner, layers: mounted.folders };
    for (const [path, pathInLayers] of [
      [folders.workspacePath, inside.workspacePath],
      [folders.homePath, inside.homePath],
    ] as const)
      await fillFolder({ ...given, path, pathInLayers }, signal);
  } finally {
    await mounted.release();
  }
}
