import type { TurnLease } from "../../base/index.ts";
import type { NewEvent, SessionEvent } from "./event.ts";

export interface EventQueries {
  /**
   * Appends in order and returns the last seq. With a lease, throws `fenced` when it is no longer the latest.
   * Keys that the session has already are left out. Watchers are notified on commit.
   */
  append(sessionId: string, lease: TurnLease | null, events: readonly NewEvent[]): Promise<number>;
  list(
    sessionId: string,
    page: { readonly afterSeq: number; readonly limit: number; readonly messageId?: string | null },
  ): Promise<SessionEvent[]>;
  lastSeq(sessionId: string): Promise<number>;
  /** Names of the commands that the harness last said it has in the session; null before it has said so. */
  availableCommands(sessionId: string, harness: string): Promise<readonly string[] | null>;
}

/** What harnesses and their driver said to each other, as lines of JSON (core/sessions/wire/). */
export interface ProtocolLogQueries {
  /** Adds whole lines to what the attempt has recorded. Throws `fenced` when the lease is no longer the latest. */
  append(lease: TurnLease, piece: string): Promise<void>;
  /** Whole lines, in the order of turns and attempts; of one turn or, with null, of all. */
  read(sessionId: string, turnNumber: number | null): AsyncIterable<string>;
  /** How many pieces were deleted. */
  deleteBefore(at: Date): Promise<number>;
}
