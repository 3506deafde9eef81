import type { EventData } from "../event/event.ts";
import type { TurnRecord } from "./turn-record.ts";

const PAGE = 500;
/** Maximum number of events. For a turn with more events, only the last events are returned. */
const MAX_EVENTS = 20_000;

/** Returns the events of the turn so far, in order. They are already masked. */
export async function eventsOfTurn({
  ports,
  session,
  message,
}: Pick<TurnRecord, "ports" | "session" | "message">): Promise<EventData[]> {
  const events: EventData[] = [];
  let afterSeq = 0;
  for (;;) {
    const page = await ports.store.events.list(session.id, { afterSeq, limit: PAGE, messageId: message.id });
    events.push(...page.map(({ data }) => data));
    if (events.length > MAX_EVENTS) events.splice(0, events.length - MAX_EVENTS);
    if (page.length < PAGE) return events;
    afterSeq = page.at(-1)!.seq;
  }
}
