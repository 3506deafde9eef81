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
  const session = dirname(spec.workspacePath);
  // Root inside owns the files that belong to the session's user on disk. The files of its other users belong to reserved IDs.
  const users = `b:${owner.uid}:${firstId}:1 b:${system.firstId + 1}:${firstId + 1}:${idsOfRoot - 1}`;
  return {
    mounts: [
      ...lowers
        .filter(({ source }) => !isOwn(source))
        .map(({ source, target, map }) => idmappedBind(source, target, map, ["ro"])),
      idmappedBind(session, at("session"), users),
      idmappedBind(own, at("own"), all(system.firstId)),
    ],
    root: {
      lowers: lowers.map(({ target }) => target),
      upper: place(system.root.upper),
      work: place(system.root.work),
    },
    workspacePath: join(at("session"), relative(session, spec.workspacePath)),
    homePath: join(at("session"), relative(session, spec.homePath)),
  };
}

/** Returns the start of a command line that becomes root in a user namespace with these IDs, and no rights outside. */
export function enterRootIds(firstId: number, options: readonly string[] = []): readonly string[] {
  const map = `0:${firstId}:${idsOfRoot}`;
  const users = [`--map-users=${map}`, `--map-groups=${map}`, "--setuid", "0", "--setgid", "0"];
  return ["unshare", "--user", ...options, ...users, "--"];
}
