import type { SessionEvent as SessionEventView } from "@tembo/contract";
import type { EncodedEvent, SessionEvent } from "../../../core/sessions/index.ts";

export function eventView(event: SessionEvent): SessionEventView {
  const createdAt = event.createdAt.toISOString();
  return { ...fieldsOf({ ...event, createdAt }, event.data.type), eventData: { ...event.data } };
}

/** Returns `eventView` of the event as JSON. */
export function encodedEventView(event: EncodedEvent): string {
  return `${JSON.stringify(fieldsOf(event, event.type)).slice(0, -1)},"eventData":${event.data}}`;
}

const fieldsOf = (
  event: Omit<EncodedEvent, "data" | "type">,
  eventType: SessionEventView["eventType"],
): Omit<SessionEventView, "eventData"> => ({
  id: event.seq,
  sessionId: event.sessionId,
  messageId: event.messageId,
  createdAt: event.createdAt,
  eventType,
  provider: "tembo",
});
