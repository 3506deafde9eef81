import type { LongWait, WaitReason } from "./wait-reason.ts";
import type { WatchedTurn } from "./watched-turn.ts";

/** Queries for turns that may not move any more. */
export interface TurnWatchQueries {
  /**
   * Returns the IDs of active turns that may have to be ended: a stop was requested, or they started at
   * `startedBefore` or earlier and do not wait for a machine. The first turn of each organization precedes all others. In
   * an organization, the turn whose stop was requested first comes first.
   */
  candidates(startedBefore: Date, limit: number): Promise<string[]>;
  /** Locks the turn's session until the transaction ends. Returns null if the turn is not active. */
  lock(turnId: string): Promise<WatchedTurn | null>;
  /**
   * Returns the turns that have waited for a machine for this time, longest first. Leaves out those whose reason was
   * shown last, and those whose labels no live machine has, because the placer reports them.
   */
  longWaits(forMs: number, limit: number): Promise<LongWait[]>;
  /**
   * Stores the reason that is shown last, until the turn has a machine or other labels. Returns false if it was already
   * stored, or if the turn no longer waits.
   */
  setShownReason(turnId: string, reason: WaitReason): Promise<boolean>;
}
