import { join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import type { LocalSpec } from "../folders/session-folders.ts";
import type { FileOwner } from "../folders/session-owner.ts";
import { enterMounts, type Mount, type OverlayFolders, overlayMount } from "../system/enter-mounts.ts";
import { mountForRoot, mountSessionForRoot, type RootMounts, usersOfRoot } from "../system/mount-for-root.ts";
import { makeShared, type OpenSystem, type SandboxLayers } from "../system/open-system.ts";
import { dropPrivileges } from "./arguments.ts";

/** Protection against root that can mount: a user namespace locks the read-only mounts that it inherits. */
export interface Locks {
  /** Host paths that become read-only before the user namespace exists. */
  readonly readOnlyPaths: readonly string[];
  /** True if the control groups belong to the host, so that programs see no path of the host's and cannot mount them. */
  readonly hasOwnControlGroups: boolean;
}

export interface SystemStart {
  /** Returns the start of the command line, which executes bubblewrap. Only root over 65,536 IDs needs locks. */
  readonly before: (locks: Locks) => readonly string[];
  /** Options of bubblewrap that mount the root file system. */
  readonly root: readonly string[];
}

/** Decides how bubblewrap starts without a prepared system. */
export function startMachine({ uid, gid }: FileOwner, setpriv: string | null): SystemStart {
  return { before: () => (setpriv === null ? [] : [setpriv, ...dropPrivileges(uid, gid)]), root: [] };
}

/** Decides how bubblewrap starts as root over the IDs of one sandbox. `firstId` is the first of them. */
export function startRootSystem(
  system: OpenSystem,
  spec: Pick<LocalSpec, "workspacePath" | "homePath">,
  owner: FileOwner,
  firstId: number,
): SystemStart & RootPaths & Pick<RootMounts, "containersPath"> {
  const { mounts, root, ...paths } = mountForRoot(system, spec, owner, firstId);
  // Root outside has no ID in the user namespace, so an overlay that it mounts would be read-only inside.
  return {
    ...paths,
    before: (locks) => enterAsRoot(mounts, firstId, locks),
    root: overlayOptions(root),
  };
}

type RootPaths = Pick<LocalSpec, "workspacePath" | "homePath">;

function enterAsRoot(
  mounts: readonly Mount[],
  firstId: number,
  { readOnlyPaths, hasOwnControlGroups }: Locks,
): string[] {
  const locked = readOnlyPaths.map(
    (path) => ({ kind: "read-only", source: path, target: path, map: [] }) as const,
  );
  return enterMounts([...mounts, ...locked], { users: usersOfRoot(firstId), hasOwnControlGroups });
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
): Pick<SystemStart, "before"> & RootPaths {
  const target = join(spec.ownPath, "builder");
  makeShared(target);
  if (layers === undefined)
    throw new AppError("sandbox_unavailable", "This server stores no layers, so it builds no images.");
  const onDisk = { owner, firstIdOnDisk: layers.firstId };
  const { mount, ...paths } = mountSessionForRoot(spec, onDisk, target, firstId);
  return { ...paths, before: (locks) => enterAsRoot([mount], firstId, locks) };
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
  if (setpriv === null) return { before: () => [], root: overlayOptions(root) };
  const merged = join(mountFolder, "root");
  const before = [
    ...enterMounts([overlayMount(root, merged)]),
    setpriv,
    ...dropPrivileges(owner.uid, owner.gid),
  ];
  return {
    before: () => before,
    root: ["--bind", merged, "/"],
  };
}
