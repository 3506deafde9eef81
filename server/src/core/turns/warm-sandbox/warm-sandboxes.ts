import type { KeepAlives } from "./keep-alives.ts";
import type { WarmSandbox } from "./warm-sandbox.ts";

/** Sandboxes that remain running between the turns of their sessions. A session has at most one across all workers. */
export interface WarmSandboxes {
  /**
   * People's open uses of sandboxes. A use extends a sandbox's keep-alive to at most a day without a turn, unless
   * another sandbox needs the memory.
   */
  readonly keepAlives: KeepAlives;
  /**
   * Waits until no other worker has a sandbox of the session. Returns true if this worker has an idle one, and extends
   * its keep-alive to at least 20 seconds from now. Throws `sandbox_unavailable` if another worker does not release its
   * sandbox within 20 seconds.
   */
  claim(sessionId: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Returns the session's idle sandbox with its programs resumed, and transfers it to the caller. Returns null if there
   * is none.
   */
  take(sessionId: string): Promise<WarmSandbox | null>;
  /** Marks the sandbox as working for the session, until it is put back or discarded. */
  begin(sessionId: string, warm: WarmSandbox): void;
  /**
   * Returns the session's sandbox if it is running in this process, so that more programs can start in it. Returns
   * "still" while the host works on its files, or null if there is none or no turn has used it yet.
   */
  up(sessionId: string): WarmSandbox | "still" | null;
  /**
   * Keeps a sandbox after its work, paused until `release`. The keep-alive ends after `keepMs` or at the requested
   * time, whichever is later. Returns false if the sandbox was stopped instead, for example because memory is low or
   * the server is stopping.
   */
  putBack(sessionId: string, warm: WarmSandbox, keepMs: number): Promise<boolean>;
  /** True if the machine has enough memory for a sandbox that may never be used. */
  hasRoom(): boolean;
  /**
   * Keeps a sandbox that was opened before its turn, paused until `take` or `until`. Watchers are not notified. With
   * `hasTurn`, the sandbox is not stopped for the memory of others, because its turn is running. Returns false if the sandbox
   * was stopped instead. The caller must have claimed the session's preparation or have its turn.
   */
  putPrepared(
    sessionId: string,
    warm: WarmSandbox,
    how: { readonly until: Date; readonly hasTurn: boolean },
  ): Promise<boolean>;
  /** Resumes the warm sandbox after the turn has ended, and notifies watchers. */
  release(sessionId: string, turnId: string): Promise<void>;
  /** Stops the session's idle sandbox, if there is one, and deletes its row. Idempotent. */
  stop(sessionId: string, reason: string): Promise<void>;
  /** Stops the session's idle sandbox and deletes its row, because another worker has the session's next turn. */
  handOver(sessionId: string): Promise<void>;
  /**
   * Stops a sandbox that the caller has taken or begun, and deletes its row. Notifies watchers if they were notified
   * that it is kept.
   */
  discard(sessionId: string, warm: WarmSandbox, reason: string): Promise<void>;
  /**
   * Applies a changed keep-alive time to the session's idle sandbox, and stops the sandbox if that time has passed.
   */
  reconsider(sessionId: string): Promise<void>;
  /**
   * Stops the sandboxes whose sessions other workers have taken over, and applies keep-alive extensions requested in
   * the meantime. Call it after this worker was disconnected from the database.
   */
  reconsiderAll(): Promise<void>;
  /** Stops idle sandboxes if little memory is available. Call it before another sandbox opens. */
  evictForAnother(): Promise<void>;
  /** Clears the sandboxes that a lost worker kept, deletes their rows and notifies watchers. */
  clearAfter(workerId: string): Promise<void>;
  /**
   * Terminates the programs of all turns that have not ended here, so that another worker may continue them. Throws if a
   * sandbox cannot be stopped.
   */
  endUsed(): Promise<void>;
  /**
   * Pauses the programs of all turns that work here or begin to, while this worker may not act for them, and resumes
   * them afterwards. Only logs errors.
   */
  setMayAct(mayAct: boolean): void;
  /** Stops all idle sandboxes. Afterwards, the pool does not keep sandboxes. */
  close(): Promise<void>;
}
