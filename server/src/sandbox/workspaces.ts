import type { Workspaces } from "../core/turns/index.ts";
import { makeOwnFolders } from "./folders/make-folder.ts";
import { sessionFolders } from "./folders/session-folders.ts";

export interface WorkspacesOptions {
  readonly dataDir: string;
  /**
   * First user ID if the server is root: the files of session n belong to the uid and gid uidBase + n % 50,000. The value is null for
   * sandboxes that run as the server's own user.
   */
  readonly uidBase: number | null;
}

/**
 * Number of user IDs for the files and programs of sessions, starting at `uidBase`. A sandbox with users of its own has
 * a second range of the same size after it.
 */
export const usersPerInstallation = 50_000;

/** Creates workspaces in the data folder on this machine. */
export function createWorkspaces({ dataDir, uidBase }: WorkspacesOptions): Workspaces {
  const ownerOf = (sessionNumber: number) => sessionOwner(uidBase, sessionNumber);
  return {
    ownerOf,
    prepare: (workspace) =>
      makeOwnFolders(sessionFolders(dataDir, workspace), ownerOf(workspace.sessionNumber)),
  };
}

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Returns the owner of a session's files. If the server is not root, the owner is the server's own user. */
export function sessionOwner(uidBase: number | null, sessionNumber: number): FileOwner {
  const own = process.getuid!();
  if (own !== 0 || uidBase === null) return { uid: own, gid: process.getgid!() };
  const uid = uidBase + (sessionNumber % usersPerInstallation);
  return { uid, gid: uid };
}
