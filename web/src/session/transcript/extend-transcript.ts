import type { EventType, SessionEvent } from "@tembo-io/sdk";
import type { Appliers, TranscriptEvent } from "./apply.ts";
import { decisionEvents } from "./apply-ask.ts";
import { harnessEvents } from "./apply-harness.ts";
import { messageEvents } from "./apply-message.ts";
import { resultEvents } from "./apply-result.ts";
import { turnEvents } from "./apply-turn.ts";
import { copyToDraft, type Draft, type Transcript } from "./draft.ts";

const showsNothing = () => {};

/**
 * Appliers by event type. The compiler requires an entry for every type, including types that do not appear in the
 * transcript.
 */
const appliers: Appliers = {
  ...messageEvents,
  ...turnEvents,
  ...harnessEvents,
  ...decisionEvents,
  ...resultEvents,
  "session.created": showsNothing,
  "session.titled": showsNothing,
  "turn.queued": showsNothing,
  "branch.pushed": showsNothing,
  "preview.published": showsNothing,
  "preview.removed": showsNothing,
  "terminal.opened": showsNothing,
  "terminal.closed": showsNothing,
  "workspaceFile.saved": showsNothing,
  title: showsNothing,
  availableCommands: showsNothing,
};

const changesSession = /^(session|message|pullRequest|sandbox|artifact)\.|^turn\.(?!step)/;

/** Returns a transcript with these events applied. Ignores event types that this version does not know. */
export function extendTranscript(transcript: Transcript, events: readonly SessionEvent[]): Transcript {
  if (events.length === 0) return transcript;
  const draft = copyToDraft(transcript);
  for (const event of events) {
    if (Object.hasOwn(appliers, event.eventData.type)) apply(draft, event.eventData.type, event);
    if (changesSession.test(event.eventType)) draft.changedBy = event.id;
  }
  return draft;
}

function apply<Type extends EventType>(
  draft: Draft,
  type: Type,
  { id, createdAt, messageId, eventData }: SessionEvent,
): void {
  const event = { at: createdAt, messageId, data: eventData, key: `event:${id}` };
  appliers[type](draft, event as TranscriptEvent<Type>);
}
