import { dirname, join } from "node:path";
import type { LocalSpec } from "../folders/session-folders.ts";
import type { FileOwner } from "../folders/session-owner.ts";
import { idmappedBind, type Mount, type OverlayFolders } from "./enter-mounts.ts";
import type { OpenSystem } from "./open-system.ts";
import { idsOfRoot } from "./root-ids.ts";

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
  const lowers = system.root.lowers.map((source, index) => ({ source, target: at(String(index)) }));
  // Root inside owns the files that belong to the session's user on disk. The files of its other users belong to reserved IDs.
  const own = `b:${owner.uid}:${firstId}:1 b:${system.firstId + 1}:${firstId + 1}:${idsOfRoot - 1}`;
  return {
    mounts: [
      ...lowers.map(({ source, target }, index) =>
        idmappedBind(source, target, all(system.firstIds[index]!), ["ro"]),
      ),
      idmappedBind(dirname(system.root.upper), at("changes"), all(system.firstId)),
      idmappedBind(spec.workspacePath, at("workspace"), own),
      idmappedBind(spec.homePath, at("home"), own),
    ],
    root: {
      lowers: lowers.map(({ target }) => target),
      upper: at("changes/upper"),
      work: at("changes/work"),
    },
    workspacePath: at("workspace"),
    homePath: at("home"),
  };
}

/** Returns the start of a command line that becomes root in a user namespace with these IDs, and no rights outside. */
export function enterRootIds(firstId: number, options: readonly string[] = []): readonly string[] {
  const map = `0:${firstId}:${idsOfRoot}`;
  const users = [`--map-users=${map}`, `--map-groups=${map}`, "--setuid", "0", "--setgid", "0"];
  return ["unshare", "--user", ...options, ...users, "--"];
}
