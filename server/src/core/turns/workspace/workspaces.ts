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
  /** Returns a new name for the folders of a sandbox that waits for its session, which contains the name of this process. */
  nameWaiting(): Promise<string>;
  /**
   * Renames the folders of a waiting sandbox to those of the session, which must have neither a workspace nor HOME. The sandbox continues to find
   * them under the former name, until `removeWaiting`.
   */
  move(waiting: string, sessionId: string): Promise<void>;
  /** Removes the folders of a waiting sandbox that has stopped, or the name of one whose folders a session has. */
  removeWaiting(waiting: string): Promise<void>;
  /** Lists the folders of the waiting sandboxes of dead processes. Removes the names of those whose folders a session has. */
  listLeftWaiting(): Promise<readonly string[]>;
  /** Returns the user on this host that owns a session's files. */
  ownerOf(sessionNumber: number): { readonly uid: number; readonly gid: number };
}
