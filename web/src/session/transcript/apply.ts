import type { EventOf, EventType } from "@tembo-io/sdk";
import type { Draft } from "./draft.ts";

/** An event in the form that the transcript handles. */
export interface TranscriptEvent<Type extends EventType> {
  /** ISO 8601. */
  readonly at: string;
  readonly messageId: string | null;
  readonly data: EventOf<Type>;
  /** Key of the item that this event adds. */
  readonly key: string;
}

/** A function for each type of event that applies it to the draft. */
export type Appliers = {
  readonly [Type in EventType]: (draft: Draft, event: TranscriptEvent<Type>) => void;
};
