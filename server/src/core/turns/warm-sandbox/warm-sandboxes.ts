import type { KeepAlives } from "./keep-alives.ts";
import type { WarmSandbox } from "./warm-sandbox.ts";

/** Sandboxes that stay up between the turns of their sessions. A session has at most one across all workers. */
export interface WarmSandboxes {
  /**
   * Current uses by people. A use keeps an expired sandbox up, but not beyond a day of idling, and not if another
   * sandbox needs its memory.
   */
  readonly keepAlives: KeepAlives;
  /**
   * Ensures that no other worker has a sandbox of the session, and that this worker's own does not stop during the
   * call. Returns true if this worker has one. Throws `sandbox_unavailable` if another worker does not release its
   * sandbox.
   */
  claim(sessionId: string, signal: AbortSignal): Promise<boolean>;
  /** Hands the session's sandbox, with its programs running, to the caller. Returns null if there is none. */
  take(sessionId: string): Promise<WarmSandbox | null>;
  /** Marks the sandbox as working for the session, until it is put back or discarded. */
  begin(sessionId: string, warm: WarmSandbox): void;
  /**
   * Returns the session's sandbox if it is up in this process, so that more programs can start in it. Returns "still"
   * while the host works on its files, and null if there is none.
   */
  up(sessionId: string): WarmSandbox | "still" | null;
  /**
   * Keeps a sandbox after its work, paused until `release`. Returns false if the sandbox was stopped instead, for
   * example for lack of memory or because the server stops.
   */
  putBack(sessionId: string, warm: WarmSandbox, keepMs: number): Promise<boolean>;
  /** Resumes the kept sandbox after the turn has ended, and notifies watchers. */
  release(sessionId: string, turnId: string): Promise<void>;
  /** Stops the session's idle sandbox, if there is one. Idempotent. */
  stop(sessionId: string, reason: string): Promise<void>;
  /** Stops the session's idle sandbox and drops its row, because another worker has the session's next turn. */
  handOver(sessionId: string): Promise<void>;
  /** Stops a sandbox that does not fit the work, or whose work failed. */
  discard(sessionId: string, warm: WarmSandbox, reason: string): Promise<void>;
  /** Applies a change of the time that the session's sandbox stays up. */
  reconsider(sessionId: string): Promise<void>;
  /**
   * Called after this worker was disconnected. Stops the sandboxes that other workers took over, and applies
   * extensions requested in the meantime.
   */
  reconsiderAll(): Promise<void>;
  /** Stops idle sandboxes if the machine has little memory left. Called before another sandbox opens. */
  evictForAnother(): Promise<void>;
  /** Clears the sandboxes that a lost worker kept. */
  clearAfter(workerId: string): Promise<void>;
  /** Stops all idle sandboxes, and keeps none from then on. */
  close(): Promise<void>;
}
