import { dirname, join, relative } from "node:path";
import { idsOfRoot } from "../../core/base/index.ts";
import type { LocalSpec } from "../folders/session-folders.ts";
import type { FileOwner } from "../folders/session-owner.ts";
import type { BindMount, IdMap, Mount, OverlayFolders } from "./enter-mounts.ts";
import type { OpenSystem } from "./open-system.ts";

/** Mounts of a sandbox with profile `root`, and the folders at which its files have its own IDs. */
export interface RootMounts extends Pick<LocalSpec, "workspacePath" | "homePath"> {
  readonly mounts: readonly Mount[];
  readonly root: OverlayFolders;
  /** Folder of the images of containers, or null. */
  readonly containersPath: string | null;
}

/** Decides the mounts that translate between the IDs on disk and those of one sandbox, of which `firstId` is the first. */
export function mountForRoot(
  system: OpenSystem,
  spec: Pick<LocalSpec, "workspacePath" | "homePath">,
  owner: FileOwner,
  firstId: number,
): RootMounts {
  const at = (name: string) => join(system.mountFolder, name);
  const all = (diskId: number): IdMap => [[diskId, firstId, idsOfRoot]];
  // Folders beside each other are mounted together.
  const own = dirname(dirname(system.root.upper));
  const place = (path: string) => join(at("own"), relative(own, path));
  const isOwn = (path: string) => path.startsWith(`${own}/`);
  const lowers = system.root.lowers.map((source, index) => ({
    source,
    target: isOwn(source) ? place(source) : at(String(index)),
    map: all(system.firstIds[index]!),
  }));
  const session = mountSessionForRoot(spec, { owner, firstIdOnDisk: system.firstId }, at("session"), firstId);
  return {
    mounts: [
      ...lowers
        .filter(({ source }) => !isOwn(source))
        .map((lower) => ({ kind: "read-only", ...lower }) as const),
      session.mount,
      { kind: "writable", source: own, target: at("own"), map: all(system.firstId) },
    ],
    root: {
      lowers: lowers.map(({ target }) => target),
      upper: place(system.root.upper),
      work: place(system.root.work),
    },
    containersPath: system.containersPath && place(system.containersPath),
    workspacePath: session.workspacePath,
    homePath: session.homePath,
  };
}

/**
 * Decides the mount of a session's folder at `target`. Root inside owns the files that belong to the session's user on
 * disk. The files of its other users belong to reserved IDs.
 */
export function mountSessionForRoot(
  { workspacePath, homePath }: Pick<LocalSpec, "workspacePath" | "homePath">,
  { owner, firstIdOnDisk }: { readonly owner: FileOwner; readonly firstIdOnDisk: number },
  target: string,
  firstId: number,
): Pick<LocalSpec, "workspacePath" | "homePath"> & { readonly mount: BindMount } {
  const session = dirname(workspacePath);
  const map: IdMap = [
    [owner.uid, firstId, 1],
    [firstIdOnDisk + 1, firstId + 1, idsOfRoot - 1],
  ];
  return {
    mount: { kind: "writable", source: session, target, map },
    workspacePath: join(target, relative(session, workspacePath)),
    homePath: join(target, relative(session, homePath)),
  };
}

/** Returns the users of a sandbox with profile `root`. */
export const usersOfRoot = (firstId: number): IdMap => [[0, firstId, idsOfRoot]];
