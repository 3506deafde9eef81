import type { SessionEvent } from "../../event/event.ts";
import type { TurnContext } from "../turn-context.ts";
import { composeTranscript, isOfTranscript } from "./transcript.ts";

/** Of a session with more events the last are read: far more than a transcript has room for. */
const maxEvents = 50_000;
const pageLength = 2_000;
const maxMessages = 100;

/**
 * What happened in the session after an event, for a harness that does not know it; null when nothing did. The message that the
 * turn works is left out.
 */
export async function loadTranscript(context: TurnContext, afterSeq: number): Promise<string | null> {
  const { store } = context.ports;
  const { id } = context.session;
  const events: SessionEvent[] = [];
  const lastSeq = await store.events.lastSeq(id);
  for (let seq = Math.max(afterSeq, lastSeq - maxEvents); seq < lastSeq; ) {
    const page = await store.events.list(id, { afterSeq: seq, limit: pageLength });
    if (page.length === 0) break;
    events.push(...page.filter((event) => isToBeTold(context, event)));
    seq = page.at(-1)!.seq;
  }
  return composeTranscript([...(await wordsOf(context, events)), ...events]);
}

/** Messages as they are by now: one may have been queued long before its turn, and changed since. */
async function wordsOf(
  { ports }: TurnContext,
  events: readonly SessionEvent[],
): Promise<Pick<SessionEvent, "messageId" | "data">[]> {
  const begun = events.flatMap(({ messageId, data }) =>
    data.type === "turn.started" && messageId !== null ? [messageId] : [],
  );
  const messages = await Promise.all(
    [...new Set(begun)].slice(-maxMessages).map((id) => ports.store.messages.get(id)),
  );
  return messages.map(({ id, content }) => ({ messageId: id, data: { type: "message.queued", content } }));
}

function isToBeTold({ message }: TurnContext, event: SessionEvent): boolean {
  return isOfTranscript(event.data) && event.messageId !== message.id;
}
