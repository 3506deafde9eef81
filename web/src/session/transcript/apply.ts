import type { EventOf, EventType } from "@tembo-io/sdk";
import type { Draft } from "./draft.ts";

/** An event in the form that `Appliers` receive. */
export interface TranscriptEvent<Type extends EventType> {
  /** Time of the event in ISO 8601. */
  readonly at: string;
  readonly messageId: string | null;
  readonly data: EventOf<Type>;
  /** Key of the item that this event adds. */
  readonly key: string;
}

/** Functions that apply an event to the draft, by event type. */
export type Appliers = {
  readonly [Type in EventType]: (draft: Draft, event: TranscriptEvent<Type>) => void;
};
