import type { SessionEvent } from "@tembo-io/sdk";
import { applyAsk } from "./apply-ask.ts";
import { applyHarness } from "./apply-harness.ts";
import { applyMessage } from "./apply-message.ts";
import { applyResult } from "./apply-result.ts";
import { applyTurn } from "./apply-turn.ts";
import { type Draft, draftOf, type Transcript } from "./draft.ts";
import { dataOf, type Told } from "./event-data.ts";

const appliers: readonly ((draft: Draft, told: Told) => void)[] = [
  applyHarness,
  applyMessage,
  applyTurn,
  applyAsk,
  applyResult,
];

const changesSession = /^(session|message|pullRequest|sandbox)\.|^turn\.(?!step)/;

/** The transcript with what these events add. Events that show nothing, or that this version does not know, change nothing. */
export function extendTranscript(transcript: Transcript, events: readonly SessionEvent[]): Transcript {
  if (events.length === 0) return transcript;
  const draft = draftOf(transcript);
  for (const event of events) {
    const { id, createdAt, messageId } = event;
    const told = { id, at: createdAt, messageId, data: dataOf(event) };
    for (const apply of appliers) apply(draft, told);
    if (changesSession.test(event.eventType)) draft.changedBy = id;
  }
  return draft;
}
