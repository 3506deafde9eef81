import type { Session } from "../session/session.ts";

/**
 * A session of a list, with its stored item. The item is text that the reader of the list has stored earlier, or null if
 * none is current.
 */
export interface SessionCard {
  readonly id: string;
  readonly item: string | null;
}

/** A session whose item is computed, with what the store has noted about its earlier items. */
export interface OutdatedCard {
  readonly session: Session;
  /** State of the card. `save` stores nothing if it has changed. */
  readonly state: CardState;
}

export interface CardState {
  readonly version: string;
  readonly epoch: string;
  /** IDs of the changes that the new item includes. */
  readonly changes: readonly string[];
}

export interface SessionCardQueries {
  /**
   * Returns the sessions that the person can see, to compute their items. The caller reads everything else that the
   * items show after this call, because `save` then recognizes later changes.
   */
  readOutdated(
    organizationId: string,
    ids: readonly string[],
    viewerUserId: string | undefined,
  ): Promise<OutdatedCard[]>;
  /**
   * Stores computed items. Skips a session whose item another process has stored meanwhile, and never waits for another
   * transaction. An item that a later change has made outdated is stored, but `page` does not return it.
   */
  save(
    format: number,
    cards: readonly { readonly id: string; readonly item: string; readonly state: CardState }[],
  ): Promise<void>;
}
