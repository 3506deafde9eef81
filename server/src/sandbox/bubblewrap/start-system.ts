import { join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import type { LocalSpec } from "../folders/session-folders.ts";
import type { FileOwner } from "../folders/session-owner.ts";
import { enterMounts, type OverlayFolders, overlayMount } from "../system/enter-mounts.ts";
import {
  enterRootIds,
  mountForRoot,
  mountSessionForRoot,
  type RootMounts,
} from "../system/enter-root-ids.ts";
import { makeShared, type OpenSystem, type SandboxLayers } from "../system/open-system.ts";
import { dropPrivileges } from "./arguments.ts";

export interface SystemStart {
  /** Start of the command line, which executes bubblewrap or `rootIds`. */
  readonly before: readonly string[];
  /** Options of bubblewrap that mount the root file system. */
  readonly root: readonly string[];
}

/** Decides how bubblewrap starts without a prepared system. */
export function startMachine({ uid, gid }: FileOwner, setpriv: string | null): SystemStart {
  return { before: setpriv === null ? [] : [setpriv, ...dropPrivileges(uid, gid)], root: [] };
}

/** Decides how bubblewrap starts as root over the IDs of one sandbox. `firstId` is the first of them. */
export function startRootSystem(
  system: OpenSystem,
  spec: Pick<LocalSpec, "workspacePath" | "homePath">,
  owner: FileOwner,
  firstId: number,
): SystemStart & RootStart & Pick<RootMounts, "containersPath"> {
  const { mounts, root, ...paths } = mountForRoot(system, spec, owner, firstId);
  // Root outside has no ID in the user namespace, so an overlay that it mounts would be read-only inside.
  return {
    ...paths,
    before: enterMounts(mounts),
    rootIds: enterRootIds(firstId),
    root: overlayOptions(root),
  };
}

/** How a sandbox starts whose programs are root over 65,536 IDs. */
export interface RootStart extends Pick<LocalSpec, "workspacePath" | "homePath"> {
  /** End of the command line before bubblewrap, which becomes root over these IDs. */
  readonly rootIds: readonly string[];
}

/**
 * Decides how a builder starts as root over the IDs of one sandbox, in which it sees the programs of this machine.
 * `firstId` is the first of them.
 */
export function startBuilder(
  layers: Pick<SandboxLayers, "firstId"> | undefined,
  spec: Pick<LocalSpec, "workspacePath" | "homePath" | "ownPath">,
  owner: FileOwner,
  firstId: number,
): Pick<SystemStart, "before"> & RootStart {
  const target = join(spec.ownPath, "builder");
  makeShared(target);
  if (layers === undefined)
    throw new AppError("sandbox_unavailable", "This server stores no layers, so it builds no images.");
  const onDisk = { owner, firstIdOnDisk: layers.firstId };
  const { mount, ...paths } = mountSessionForRoot(spec, onDisk, target, firstId);
  return { ...paths, before: enterMounts([mount]), rootIds: enterRootIds(firstId) };
}

function overlayOptions({ lowers, upper, work }: OverlayFolders): string[] {
  return [...lowers.flatMap((path) => ["--overlay-src", path]), "--overlay", upper, work, "/"];
}

/** Decides how a prepared system is mounted for profile `user`. Only root can mount outside bubblewrap. */
export function startUserSystem(
  { root, mountFolder }: OpenSystem,
  owner: FileOwner,
  setpriv: string | null,
): SystemStart {
  if (setpriv === null) return { before: [], root: overlayOptions(root) };
  const merged = join(mountFolder, "root");
  return {
    before: [...enterMounts([overlayMount(root, merged)]), setpriv, ...dropPrivileges(owner.uid, owner.gid)],
    root: ["--bind", merged, "/"],
  };
}
