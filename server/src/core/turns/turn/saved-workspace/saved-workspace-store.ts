import type { TurnLease } from "../../../base/index.ts";
import type { SavedCaptureBlobs, SavedFiles, SessionWorkspace } from "./saved-workspace.ts";

export interface FirstTurn {
  readonly turnId: string;
  readonly createdAt: Date;
}

export interface SavedWorkspaceQueries {
  /** Returns null if no machine is recorded. */
  find(sessionId: string): Promise<SessionWorkspace | null>;
  listCaptures(sessionId: string): Promise<readonly SavedCaptureBlobs[]>;
  /** Records that this machine has the newest files, which it has restored if it is another one. Throws `fenced`. */
  setMachine(lease: TurnLease, machineId: string): Promise<void>;
  /**
   * Records the machine of those sessions that have none, although a harness has worked on them. Returns the number of these
   * sessions. Turns record their machine before a harness works, so only an older version leaves such sessions.
   */
  claim(sessionIds: readonly string[], machineId: string): Promise<number>;
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
  /** True if the session's newest files are on this machine, and no turn with a machine uses them. */
  isIdle(sessionId: string, machineId: string): Promise<boolean>;
  /**
   * Replaces the saved files and commits of an idle session. Returns the IDs of the replaced blobs, or null if the session is
   * no longer idle. Call it under the lock of the placers, so that no turn reads the replaced blobs.
   */
  saveIdle(
    sessionId: string,
    machineId: string,
    what: {
      readonly files: Omit<SavedFiles, "promptedTurnId">;
      readonly captures: readonly SavedCaptureBlobs[];
    },
  ): Promise<readonly string[] | null>;
  /** Lists the first turns since this time of sessions whose newest files are on this machine, the last one first. */
  listFirstTurns(machineId: string, since: Date, limit: number): Promise<readonly FirstTurn[]>;
  /** Lists idle sessions without a sandbox whose newest files are only on this machine, by ID after `afterId`. */
  listIdle(machineId: string, afterId: string | null, limit: number): Promise<readonly string[]>;
  /** Records why the session's newest files remain only on this machine. */
  recordUnsaved(sessionId: string, machineId: string, reason: string): Promise<void>;
  /**
   * Records the reason for sessions whose newest files are only on this machine and that have none: all of them, or those with
   * a turn that still has this machine.
   */
  recordOthersUnsaved(machineId: string, which: "all" | "withTurn", reason: string): Promise<void>;
  /** Deletes what is saved of a session. Returns the IDs of the blobs to which it referred. */
  forget(sessionId: string): Promise<readonly string[]>;
}
