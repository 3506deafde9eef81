import type { EventOf, EventType } from "@tembo-io/sdk";
import type { Draft } from "./draft.ts";

/** An event as the transcript takes it. */
export interface TranscriptEvent<Type extends EventType> {
  /** ISO 8601. */
  readonly at: string;
  readonly messageId: string | null;
  readonly data: EventOf<Type>;
  /** Names the item that this event adds. */
  readonly key: string;
}

/** Changes the draft by one event, for each type of event. */
export type Appliers = {
  readonly [Type in EventType]: (draft: Draft, event: TranscriptEvent<Type>) => void;
};
