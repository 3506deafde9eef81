import type { SessionEvent } from "@tembo-io/sdk";

/**
 * Returns the ID of the last event of these types, or 0 if there is none. Queries include the ID in their keys, so that
 * a new event reloads them.
 */
export function versionOf(events: readonly SessionEvent[], types: ReadonlySet<string>): number {
  return events.findLast(({ eventType }) => types.has(eventType))?.id ?? 0;
}
