import type { SessionEvent } from "../event/event.ts";
import type { SessionsQueries } from "../ports.ts";
import type { TurnRecord } from "../turn-record/turn-record.ts";
import { composeTranscript, isOfTranscript } from "./transcript.ts";

/** Maximum number of events to read, from the end. Far more than fit into a transcript. */
const maxEvents = 50_000;
const pageLength = 2_000;
const maxMessages = 100;

/**
 * Returns a transcript of the session after an event, for a harness that has not seen this part. Excludes the current
 * turn's message. Returns null if there is nothing to include.
 */
export function loadTranscript(context: TurnRecord, afterSeq: number): Promise<string | null> {
  const { ports, session, message } = context;
  return readTranscript(ports.store, session.id, { afterSeq, withoutMessageId: message.id });
}

/** Returns a transcript of a session, or null if there is nothing to include. */
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
  return composeTranscript([...(await loadContents(store, events)), ...events]);
}

/** Returns the current content of the messages, which may have been edited after they were queued. */
async function loadContents(
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
