import type { EventData, EventOf } from "@tembo/contract";

export type { EventData, EventOf } from "@tembo/contract";
export type TurnStep = EventOf<"turn.step">["step"];

/** One appended, numbered fact of a session; never edited. */
export interface SessionEvent {
  readonly sessionId: string;
  /** 1, 2, 3, ... within the session, without gaps. */
  readonly seq: number;
  readonly messageId: string | null;
  readonly data: EventData;
  readonly createdAt: Date;
}

export interface NewEvent {
  /** Unique within the session: appending the same key again changes nothing, so a repeated step tells nothing twice. */
  readonly key: string;
  readonly messageId: string | null;
  readonly data: EventData;
}
