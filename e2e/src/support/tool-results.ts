import type { SessionEvent } from "@tembo/contract";
import { ofType } from "./assertions.ts";

/** Returns the output of each ended tool call as JSON, in order. If a call has no output, returns its event data. */
export function resultsOf(events: readonly SessionEvent[]): string[] {
  return ofType(events, "toolCall")
    .filter(({ eventData }) => /^(completed|failed)$/.test(eventData.status))
    .map(({ eventData }) => JSON.stringify(eventData.output ?? eventData));
}
