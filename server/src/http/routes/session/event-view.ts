import type { SessionEvent as SessionEventView } from "@tembo/contract";
import type { SessionEvent } from "../../../core/sessions/index.ts";

export function eventView(event: SessionEvent): SessionEventView {
  return {
    id: event.seq,
    sessionId: event.sessionId,
    messageId: event.messageId,
    createdAt: event.createdAt.toISOString(),
    eventType: event.data.type,
    provider: "tembo",
    eventData: { ...event.data },
  };
}
