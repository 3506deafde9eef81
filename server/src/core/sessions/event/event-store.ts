import type { RowBytes, TurnLease } from "../../base/index.ts";
import type { EventData, NewEvent, SessionEvent } from "./event.ts";

export interface EventPage {
  readonly afterSeq: number;
  readonly limit: number;
  readonly messageId?: string | null;
}

/** Event whose data is JSON. */
export interface EncodedEvent extends Omit<SessionEvent, "data" | "createdAt"> {
  readonly type: EventData["type"];
  /** In the format of `Date.toISOString`. */
  readonly createdAt: string;
  readonly data: string;
}

export interface EventQueries {
  /**
   * Appends the events in order and returns the last sequence number. Skips events whose key the session already has.
   * With a lease, throws `fenced` if the attempt is not the turn's latest, or if there is a new event and the turn has
   * ended. Watchers are notified on commit.
   */
  append(sessionId: string, lease: TurnLease | null, events: readonly NewEvent[]): Promise<number>;
  list(sessionId: string, page: EventPage): Promise<SessionEvent[]>;
  /** Returns the same events as `list`, without parsing times or data. */
  listEncoded(sessionId: string, page: EventPage): Promise<EncodedEvent[]>;
  lastSeq(sessionId: string): Promise<number>;
  /**
   * Returns the paths of the files that people have saved in the workspace, latest first and each once. Starts at the
   * start of the session's last turn of another message whose prompt was sent.
   */
  savedFiles(sessionId: string, messageId: string, limit: number): Promise<readonly string[]>;
  /**
   * Returns the names of the commands that the harness last reported for the session, or null if it has not reported a
   * list.
   */
  availableCommands(sessionId: string, harness: string): Promise<readonly string[] | null>;
}

/**
 * Queries for the protocol log: the messages between harnesses and their driver, as lines of JSON
 * (core/sessions/protocol-log/).
 */
export interface ProtocolLogQueries {
  /**
   * Appends complete lines to the attempt's protocol log. `keep` stores the compressed piece if it is too large for the
   * row. Throws `fenced` if the attempt no longer holds the turn.
   */
  append(lease: TurnLease, piece: string, keep: (compressed: Buffer) => Promise<RowBytes>): Promise<void>;
  /**
   * Yields pieces of complete lines, ordered by turn and attempt. A null `turnNumber` selects all turns. `load` returns
   * what `keep` stored.
   */
  read(
    sessionId: string,
    turnNumber: number | null,
    load: (stored: RowBytes) => Promise<Buffer>,
  ): AsyncIterable<string>;
  /** Deletes the pieces that were recorded before `at`, and returns their number. */
  deleteBefore(at: Date): Promise<number>;
}
