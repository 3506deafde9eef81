import type { KeepAlives } from "./keep-alives.ts";
import type { WarmSandbox } from "./warm-sandbox.ts";

/** Sandboxes that stay up between the turns of their sessions. A session has at most one, over all workers. */
export interface WarmSandboxes {
  /**
   * Where somebody is in a sandbox it stays for longer when its time is up, though not beyond a day of idling, nor where another needs
   * the room.
   */
  readonly keepAlives: KeepAlives;
  /**
   * Makes sure that no other worker has a sandbox of the session, and that this one's own does not stop meanwhile. True when
   * it has one. Throws `sandbox_unavailable` when another worker does not let go.
   */
  claim(sessionId: string, signal: AbortSignal): Promise<boolean>;
  /** The session's sandbox, which is the caller's from now on; null when there is none. Its programs run. */
  take(sessionId: string): Promise<WarmSandbox | null>;
  /** The sandbox works for the session from now on, until it is put back or discarded. */
  begin(sessionId: string, warm: WarmSandbox): void;
  /** The session's sandbox where it is up in this process, to start more in; "still" while the host works on its files. */
  up(sessionId: string): WarmSandbox | "still" | null;
  /**
   * Keeps a sandbox from the end of its work on, standing still until `release`. False when it is not kept (no room, or the
   * server stops): then it has stopped.
   */
  putBack(sessionId: string, warm: WarmSandbox, keepMs: number): Promise<boolean>;
  /** The turn has ended: what is kept of it goes on, and watchers are told. */
  release(sessionId: string, turnId: string): Promise<void>;
  /** Stops the session's idle sandbox, if there is one. Idempotent. */
  stop(sessionId: string, reason: string): Promise<void>;
  /** Another worker has the session's next turn. */
  handOver(sessionId: string): Promise<void>;
  /** Ends a sandbox that does not fit the work, or whose work failed. */
  discard(sessionId: string, warm: WarmSandbox, reason: string): Promise<void>;
  /** How long the session's sandbox shall stay up was changed. */
  reconsider(sessionId: string): Promise<void>;
  /** This worker was away for a while: what others took over is theirs, and what was asked meanwhile is known where it is for longer. */
  reconsiderAll(): Promise<void>;
  /** Before another sandbox opens: idle ones make way when the computer has little memory left. */
  makeRoomForAnother(): Promise<void>;
  /** Clears away what a worker that is gone has kept. */
  clearAfter(workerId: string): Promise<void>;
  /** Stops all, for good. */
  close(): Promise<void>;
}
