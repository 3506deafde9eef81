import { dirname, join } from "node:path";
import type { LocalSpec } from "../folders/session-folders.ts";
import { inside } from "../inside/places.ts";
import { enterMounts, idmappedBind, overlayMount } from "../system/enter-mounts.ts";
import type { OpenSystem } from "../system/open-system.ts";
import { perlIn } from "../system/prepare-perl.ts";
import { idsOfRoot } from "../system/root-ids.ts";
import type { FileOwner } from "../workspaces.ts";
import { dropPrivileges } from "./arguments.ts";

export interface SystemStart {
  /** Start of the command line, which executes bubblewrap. */
  readonly before: readonly string[];
  /** Options of bubblewrap that mount the root file system. */
  readonly root: readonly string[];
}

/** Command that runs the machine's Perl in a prepared system. */
export const perlInside = perlIn(inside.perlPath);

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
): SystemStart & Pick<LocalSpec, "workspacePath" | "homePath"> {
  const at = (name: string) => join(system.mountFolder, name);
  const all = (diskId: number) => `b:${diskId}:${firstId}:${idsOfRoot}`;
  const lowers = system.root.lowers.map((source, index) => ({ source, target: at(String(index)) }));
  // Root inside owns the files that belong to the session's user on disk. The files of its other users belong to reserved IDs.
  const own = `b:${owner.uid}:${firstId}:1 b:${system.firstId + 1}:${firstId + 1}:${idsOfRoot - 1}`;
  const map = `0:${firstId}:${idsOfRoot}`;
  return {
    before: [
      ...enterMounts([
        ...lowers.map(({ source, target }, index) =>
          idmappedBind(source, target, all(system.firstIds[index]!), ["ro"]),
        ),
        idmappedBind(dirname(system.root.upper), at("changes"), all(system.firstId)),
        idmappedBind(spec.workspacePath, at("workspace"), own),
        idmappedBind(spec.homePath, at("home"), own),
      ]),
      ...[
        "unshare",
        "--user",
        `--map-users=${map}`,
        `--map-groups=${map}`,
        "--setuid",
        "0",
        "--setgid",
        "0",
        "--",
      ],
    ],
    // Root outside has no ID in the user namespace, so an overlay that it mounts would be read-only inside.
    root: [
      ...lowers.flatMap(({ target }) => ["--overlay-src", target]),
      ...["--overlay", at("changes/upper"), at("changes/work"), "/"],
    ],
    workspacePath: at("workspace"),
    homePath: at("home"),
  };
}

/** Decides how a prepared system is mounted for profile `user`. Only root can mount outside bubblewrap. */
export function startUserSystem(
  { root, mountFolder }: OpenSystem,
  owner: FileOwner,
  setpriv: string | null,
): SystemStart {
  if (setpriv === null) {
    const lowers = root.lowers.flatMap((path) => ["--overlay-src", path]);
    return { before: [], root: [...lowers, "--overlay", root.upper, root.work, "/"] };
  }
  const merged = join(mountFolder, "root");
  return {
    before: [...enterMounts([overlayMount(root, merged)]), setpriv, ...dropPrivileges(owner.uid, owner.gid)],
    root: ["--bind", merged, "/"],
  };
}
