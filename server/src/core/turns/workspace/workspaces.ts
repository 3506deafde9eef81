import type { WrittenFolder } from "../layer/layers.ts";
import type { SandboxSystem, WorkspaceHandle } from "../sandbox/sandbox.ts";

/** Workspaces on this host. Host git works in their folders, and sandboxes mount them by their handles. */
export interface Workspaces {
  /** Creates a session's missing folders, owned by the session's user, who can reach them. */
  prepare(workspace: WorkspaceHandle): Promise<void>;
  /**
   * Lists the folders in which the programs of a session's sandboxes wrote files: the workspace, HOME and, with profile `root`, the changes
   * of the system. The sandbox must have stopped.
   */
  listWritten(workspace: WorkspaceHandle, system: SandboxSystem | null): readonly WrittenFolder[];
  /** Returns the disk space of a folder in bytes, without following links. Throws if it cannot be measured completely. */
  measure(hostPath: string, signal: AbortSignal): Promise<number>;
  /** Returns the user on this host that owns a session's files. */
  ownerOf(sessionNumber: number): { readonly uid: number; readonly gid: number };
}
