import type { EventData, EventOf } from "@tembo/contract";

export type { EventData, EventOf } from "@tembo/contract";
export type TurnStep = EventOf<"turn.step">["step"];

/** A numbered fact about a session. It is never edited. */
export interface SessionEvent {
  readonly sessionId: string;
  /** Sequence number within the session: 1, 2, 3, ..., without gaps. */
  readonly seq: number;
  readonly messageId: string | null;
  readonly data: EventData;
  readonly createdAt: Date;
}

export interface NewEvent {
  /**
   * Unique within the session. Appending an event with the same key again has no effect, so a repeated step records
   * each event once.
   */
  readonly key: string;
  readonly messageId: string | null;
  readonly data: EventData;
}
