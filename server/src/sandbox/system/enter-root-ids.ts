import { dirname, join, relative } from "node:path";
import { idsOfRoot } from "../../core/base/index.ts";
import type { LocalSpec } from "../folders/session-folders.ts";
import type { FileOwner } from "../folders/session-owner.ts";
import { idmappedBind, type Mount, type OverlayFolders } from "./enter-mounts.ts";
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
  const all = (diskId: number) => `b:${diskId}:${firstId}:${idsOfRoot}`;
  // Each mount takes milliseconds, so folders beside each other are mounted together.
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
        .map(({ source, target, map }) => idmappedBind(source, target, map, ["ro"])),
      session.mount,
      idmappedBind(own, at("own"), all(system.firstId)),
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
): Pick<LocalSpec, "workspacePath" | "homePath"> & { readonly mount: Mount } {
  const session = dirname(workspacePath);
  const users = `b:${owner.uid}:${firstId}:1 b:${firstIdOnDisk + 1}:${firstId + 1}:${idsOfRoot - 1}`;
  return {
    mount: idmappedBind(session, target, users),
    workspacePath: join(target, relative(session, workspacePath)),
    homePath: join(target, relative(session, homePath)),
  };
}

/** Returns the start of a command line that becomes root in a user namespace with these IDs, and no rights outside. */
export function enterRootIds(firstId: number, options: readonly string[] = []): readonly string[] {
  const map = `0:${firstId}:${idsOfRoot}`;
  const users = [`--map-users=${map}`, `--map-groups=${map}`, "--setuid", "0", "--setgid", "0"];
  return ["unshare", "--user", ...options, ...users, "--"];
}
