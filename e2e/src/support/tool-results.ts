import type { SessionEvent } from "@tembo/contract";

/** What each of the agent's commands gave, in their order. */
export function resultsOf(events: readonly SessionEvent[]): string[] {
  return events
    .filter(
      ({ eventType, eventData }) =>
        eventType === "toolCall" && /^(completed|failed)$/.test(String(eventData.status)),
    )
    .map(({ eventData }) => JSON.stringify(eventData.output ?? eventData));
}
