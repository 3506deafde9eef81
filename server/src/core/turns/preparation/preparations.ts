import type { Provisioned } from "../turn/steps/provision-turn.ts";
import type { TurnContext } from "../turn/turn-context.ts";

/** Work that this worker prepares for sessions and messages that may follow. Their requests are in the store. */
export interface Preparations {
  /**
   * Looks at a preparation that was requested, extended or replaced, and prepares, keeps or discards its work. Does
   * nothing if this worker is busy or another worker has the preparation.
   */
  consider(id: string): Promise<void>;
  /**
   * Waits for this worker's preparation of the session, and passes its work to the turn. Returns the provisioned
   * checkouts of a new session. Returns null if the turn must provision them itself. A sandbox that fits is then in the
   * pool of warm sandboxes.
   */
  take(context: TurnContext, signal: AbortSignal): Promise<Provisioned | null>;
  /** Stops and discards this worker's preparation of the session, if there is one. */
  abandon(sessionId: string): Promise<void>;
  /** Discards preparations that other workers have removed. Call it after this worker was disconnected. */
  reconsiderAll(): Promise<void>;
  /** Removes the preparations of a lost worker, and stops their sandboxes. */
  clearAfter(workerId: string): Promise<void>;
  /** Discards all preparations. Afterwards, nothing is prepared. */
  close(): Promise<void>;
}
