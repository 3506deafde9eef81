import type { SessionEvent } from "@tembo-io/sdk";

/** The id of the last event of these types: what they are about is asked for anew when it changes. */
export function versionOf(events: readonly SessionEvent[], types: ReadonlySet<string>): number {
  return events.findLast(({ eventType }) => types.has(eventType))?.id ?? 0;
}
