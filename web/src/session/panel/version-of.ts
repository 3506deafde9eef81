import type { SessionEvent } from "@tembo-io/sdk";

/**
 * Returns the ID of the last event of these types. Queries include it in their keys, so that they reload when it
 * changes.
 */
export function versionOf(events: readonly SessionEvent[], types: ReadonlySet<string>): number {
  return events.findLast(({ eventType }) => types.has(eventType))?.id ?? 0;
}
