import { join } from "node:path";
import { inside } from "../inside/places.ts";
import { enterMounts, overlayMount } from "../system/enter-mounts.ts";
import type { OpenSystem } from "../system/open-system.ts";
import { perlIn } from "../system/prepare-perl.ts";
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
