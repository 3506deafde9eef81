import { existsSync, renameSync, rmdirSync, rmSync, symlinkSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { idsOfRoot, paths } from "../core/base/index.ts";
import type { FolderOwner, SandboxSystem, Workspaces, WrittenFolder } from "../core/turns/index.ts";
import { measureFolder } from "./disk/measure-folder.ts";
import { openWays } from "./folders/ensure-reachable.ts";
import { makeOwnFolders } from "./folders/make-folder.ts";
import { sessionFolders } from "./folders/session-folders.ts";
import { type FileOwner, sessionOwner } from "./folders/session-owner.ts";
import { inside } from "./inside/places.ts";
import { openProcessNames } from "./processes/open-process-names.ts";
import { removeTree } from "./remove-tree.ts";
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
  let waitingCount = 0;
  const removeWaiting = async (name: string) => {
    const folder = paths.session(dataDir, name);
    if ((await lstat(folder).catch(nullIfMissing))?.isSymbolicLink()) await rm(folder, { force: true });
    else await removeTree(folder);
    // Exists if `clear` did not remove it, because its process died after a session had adopted the sandbox.
    await rm(paths.sockets(dataDir, name), { recursive: true, force: true });
  };
  return {
    nameWaiting: async () => {
      waitingCount += 1;
      return `${waitingPrefix}${(await openProcessNames(dataDir)).own}-${waitingCount}`;
    },
    // In one step of this process, so that its watches of the folders' size do not find them missing.
    move: async (waiting, sessionId) => {
      const folder = paths.session(dataDir, sessionId);
      // Contains records of processes that have ended. Fails if the session has anything else.
      rmSync(sessionFolders(dataDir, { sessionId }).ownPath, { recursive: true, force: true });
      if (existsSync(folder)) rmdirSync(folder);
      // Created first, because a full disk would otherwise leave the sandbox without its folders.
      const link = paths.session(dataDir, `${waiting}${linkEnding}`);
      symlinkSync(sessionId, link);
      try {
        renameSync(paths.session(dataDir, waiting), folder);
      } catch (cause) {
        rmSync(link, { force: true });
        throw cause;
      }
      renameSync(link, paths.session(dataDir, waiting));
    },
    removeWaiting,
    listLeftWaiting: async () => {
      const processes = await openProcessNames(dataDir);
      const left: string[] = [];
      for (const { name, isFolder } of await listWaiting(dataDir)) {
        if (await processes.isRunning(name.slice(waitingPrefix.length).split("-")[0]!)) continue;
        if (isFolder) left.push(name);
        else await removeWaiting(name);
      }
      return left;
    },
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

/** Start of the names of the folders of waiting sandboxes. The name of the process follows. */
const waitingPrefix = "wait-";

/** End of the name of a link that has not replaced the folders of a waiting sandbox yet. */
const linkEnding = ".link";

/** Lists the names of waiting sandboxes. Some have only a link or sockets, because a session has their folders. */
async function listWaiting(dataDir: string) {
  const isFolder = new Map<string, boolean>();
  for (const folder of [paths.allSockets(dataDir), paths.sessions(dataDir)])
    for (const entry of (await readdir(folder, { withFileTypes: true }).catch(nullIfMissing)) ?? [])
      if (entry.name.startsWith(waitingPrefix))
        isFolder.set(entry.name, folder === paths.sessions(dataDir) && entry.isDirectory());
  return [...isFolder].map(([name, isOne]) => ({ name, isFolder: isOne }));
}

function nullIfMissing(cause: NodeJS.ErrnoException): null {
  if (cause.code === "ENOENT") return null;
  throw cause;
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
