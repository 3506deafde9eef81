import { dirname } from "node:path";
import { idsOfRoot } from "../core/base/index.ts";
import type { FolderOwner, SandboxSystem, Workspaces, WrittenFolder } from "../core/turns/index.ts";
import { measureFolder } from "./disk/measure-folder.ts";
import { openWays } from "./folders/ensure-reachable.ts";
import { makeOwnFolders } from "./folders/make-folder.ts";
import { sessionFolders } from "./folders/session-folders.ts";
import { type FileOwner, sessionOwner } from "./folders/session-owner.ts";
import { inside } from "./inside/places.ts";
import { changesIn, systemIn } from "./system/changes-place.ts";
import type { SandboxLayers } from "./system/open-system.ts";

export interface WorkspacesOptions {
  readonly dataDir: string;
  /**
   * First user ID if the server is root: the files of session n belong to the uid and gid uidBase + n % 50,000. The value is null for
   * sandboxes that run as the server's own user.
   */
  readonly uidBase: number | null;
  /** Layers of prepared systems, whose IDs own the files of other users than root. */
  readonly layers: Pick<SandboxLayers, "firstId">;
}

/** Creates workspaces in the data folder on this machine. */
export function createWorkspaces({ dataDir, uidBase, layers }: WorkspacesOptions): Workspaces {
  const ownerOf = (sessionNumber: number) => sessionOwner(uidBase, sessionNumber);
  return {
    ownerOf,
    prepare: async (workspace) => {
      const folders = sessionFolders(dataDir, workspace);
      await makeOwnFolders(folders, ownerOf(workspace.sessionNumber));
      openWays(
        dataDir,
        [folders.workspacePath, folders.homePath].map((path) => dirname(path)),
      );
    },
    measure: measureFolder,
    listWritten: (workspace, system) => {
      const { workspacePath, homePath, ownPath } = sessionFolders(dataDir, workspace);
      const owner = ownerOfFiles(ownerOf(workspace.sessionNumber), system, layers.firstId);
      return [
        ...changesOf(ownPath, system),
        { hostPath: workspacePath, path: inside.workspacePath, owner },
        { hostPath: homePath, path: inside.homePath, owner },
      ];
    },
  };
}

/** Host IDs of the files in a workspace and HOME. In profile `root`, the files of root belong to the session's user on disk. */
function ownerOfFiles({ uid }: FileOwner, system: SandboxSystem | null, firstId: number): FolderOwner {
  return system?.profile === "root" ? { firstId, count: idsOfRoot, rootId: uid } : { firstId: uid, count: 1 };
}

/**
 * Returns the changes to the root file system. In profile `user`, programs cannot change it. Mounts cover some of its folders, and others
 * contain what package managers can download again.
 */
function changesOf(ownPath: string, system: SandboxSystem | null): WrittenFolder[] {
  if (system?.profile !== "root") return [];
  return [{ hostPath: changesIn(systemIn(ownPath, system)).upper, path: "/", emptied }];
}

const emptied = [
  ...[inside.workspacePath, inside.homePath, "/proc", "/dev", "/sys", "/run", "/tmp", "/var/tmp"],
  ...["/var/cache/apt", "/var/lib/apt/lists", "/var/cache/dnf", "/var/cache/yum", "/var/cache/apk"],
].map((path) => path.slice(1));
