import assert from "node:assert/strict";
import type { EventOf, EventType, SessionEvent } from "@tembo/contract";

/** Numbers count 1, 2, 3, ... without gap or double. */
export function assertSeamless(events: readonly SessionEvent[]): void {
  assert.deepEqual(
    events.map(({ id }) => id),
    events.map((_event, index) => index + 1),
  );
}

/** The data of an event that must be of this type. */
export function dataOf<Type extends EventType>(event: SessionEvent | undefined, type: Type): EventOf<Type> {
  assert.equal(event?.eventData.type, type, JSON.stringify(event));
  return event!.eventData as EventOf<Type>;
}

export function ofType<Type extends EventType>(events: readonly SessionEvent[], type: Type) {
  const isOfType = (event: SessionEvent): event is SessionEvent & { readonly eventData: EventOf<Type> } =>
    event.eventData.type === type;
  return events.filter(isOfType);
}

/** Facts of which a turn has exactly one each, however often it was taken up again. */
export function assertToldOnce(events: readonly SessionEvent[], ...types: readonly EventType[]): void {
  for (const type of types) assert.equal(ofType(events, type).length, 1, `${type} is told once`);
}
