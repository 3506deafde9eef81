import type { TurnLease } from "../../../base/index.ts";
import type { SavedCaptureBlobs, SavedFiles, SessionWorkspace } from "./saved-workspace.ts";

export interface SavedWorkspaceQueries {
  /** Returns null if no machine has had files of the session since this table exists. */
  find(sessionId: string): Promise<SessionWorkspace | null>;
  listCaptures(sessionId: string): Promise<readonly SavedCaptureBlobs[]>;
  /** Records that this machine has the newest files, which it has restored if it is another one. Throws `fenced`. */
  setMachine(lease: TurnLease, machineId: string): Promise<void>;
  /** Records that the session's files may change from now on, so that the saved files are no longer the newest ones. */
  noteChanges(sessionId: string): Promise<void>;
  /**
   * Replaces the saved files. Returns the IDs of the blobs to which it no longer refers. Throws `fenced` if the attempt does
   * not hold the lease.
   */
  saveFiles(
    lease: TurnLease,
    machineId: string,
    files: Omit<SavedFiles, "promptedTurnId">,
  ): Promise<readonly string[]>;
  /** Replaces the saved commits in the same way. The session's machine must be recorded. */
  saveCaptures(lease: TurnLease, captures: readonly SavedCaptureBlobs[]): Promise<readonly string[]>;
  /** Deletes what is saved of a session. Returns the IDs of the blobs to which it referred. */
  forget(sessionId: string): Promise<readonly string[]>;
}
