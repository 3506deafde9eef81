import type { WorkspaceHandle } from "../sandbox/sandbox.ts";

/** Workspaces on this host. Host git works in their folders, and sandboxes mount them by their handles. */
export interface Workspaces {
  /** Creates a session's missing folders, owned by the session's user. */
  prepare(workspace: WorkspaceHandle): Promise<void>;
  /** Returns the user on this host that owns a session's files. */
  ownerOf(sessionNumber: number): { readonly uid: number; readonly gid: number };
}
