import type { WorkspaceHandle } from "../sandbox/sandbox.ts";

/** The workspaces that this host keeps. Host git works in their folders; sandboxes are opened over them by their handles. */
export interface Workspaces {
  /** Makes the folders of a session when they are missing, and gives them to its user. */
  prepare(workspace: WorkspaceHandle): Promise<void>;
  /** The user of this host that a session's files belong to. */
  ownerOf(sessionNumber: number): { readonly uid: number; readonly gid: number };
}
