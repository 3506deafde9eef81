import assert from "node:assert/strict";
import type { EventOf, EventType, SessionEvent } from "@tembo/contract";

/** Asserts that the event IDs are 1, 2, 3, ... without gaps or duplicates. */
export function assertSeamless(events: readonly SessionEvent[]): void {
  assert.deepEqual(
    events.map(({ id }) => id),
    events.map((_event, index) => index + 1),
  );
}

/** Asserts the type of an event and returns the event's data. */
export function dataOf<Type extends EventType>(event: SessionEvent | undefined, type: Type): EventOf<Type> {
  assert.equal(event?.eventData.type, type, JSON.stringify(event));
  return event!.eventData as EventOf<Type>;
}

export function ofType<Type extends EventType>(events: readonly SessionEvent[], type: Type) {
  const isOfType = (event: SessionEvent): event is SessionEvent & { readonly eventData: EventOf<Type> } =>
    event.eventData.type === type;
  return events.filter(isOfType);
}

/** Asserts that there is exactly one event of each type, even if a worker resumed the turn. */
export function assertOccurOnce(events: readonly SessionEvent[], ...types: readonly EventType[]): void {
  for (const type of types) assert.equal(ofType(events, type).length, 1, `${type} is recorded once`);
}
