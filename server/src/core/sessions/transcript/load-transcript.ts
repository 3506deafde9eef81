import type { SessionEvent } from "../event/event.ts";
import type { SessionsQueries } from "../ports.ts";
import type { TurnRecord } from "../turn-record/turn-record.ts";
import { composeTranscript, isOfTranscript } from "./transcript.ts";

/** Of a session with more events the last are read: far more than a transcript has room for. */
const maxEvents = 50_000;
const pageLength = 2_000;
const maxMessages = 100;

/**
 * What happened in the session after an event, for a harness that does not know it; null when nothing did. The message that the
 * turn works is left out.
 */
export function loadTranscript(context: TurnRecord, afterSeq: number): Promise<string | null> {
  const { ports, session, message } = context;
  return readTranscript(ports.store, session.id, { afterSeq, withoutMessageId: message.id });
}

/** What happened in a session; null when nothing did. */
export async function readTranscript(
  store: Pick<SessionsQueries, "events" | "messages">,
  sessionId: string,
  { afterSeq, withoutMessageId }: { readonly afterSeq: number; readonly withoutMessageId: string | null },
): Promise<string | null> {
  const events: SessionEvent[] = [];
  const lastSeq = await store.events.lastSeq(sessionId);
  for (let seq = Math.max(afterSeq, lastSeq - maxEvents); seq < lastSeq; ) {
    const page = await store.events.list(sessionId, { afterSeq: seq, limit: pageLength });
    if (page.length === 0) break;
    events.push(
      ...page.filter(({ data, messageId }) => isOfTranscript(data) && messageId !== (withoutMessageId ?? "")),
    );
    seq = page.at(-1)!.seq;
  }
  return composeTranscript([...(await wordsOf(store, events)), ...events]);
}

/** Messages as they are by now: one may have been queued long before its turn, and changed since. */
async function wordsOf(
  store: Pick<SessionsQueries, "messages">,
  events: readonly SessionEvent[],
): Promise<Pick<SessionEvent, "messageId" | "data">[]> {
  const begun = events.flatMap(({ messageId, data }) =>
    data.type === "turn.started" && messageId !== null ? [messageId] : [],
  );
  const messages = await Promise.all(
    [...new Set(begun)].slice(-maxMessages).map((id) => store.messages.get(id)),
  );
  return messages.map(({ id, content }) => ({ messageId: id, data: { type: "message.queued", content } }));
}
