import type { SessionEvent } from "@tembo/contract";
import { ofType } from "./assertions.ts";

/** Returns the output of each of the agent's commands, in order. */
export function resultsOf(events: readonly SessionEvent[]): string[] {
  return ofType(events, "toolCall")
    .filter(({ eventData }) => /^(completed|failed)$/.test(eventData.status))
    .map(({ eventData }) => JSON.stringify(eventData.output ?? eventData));
}
