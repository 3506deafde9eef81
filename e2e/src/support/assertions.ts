import assert from "node:assert/strict";
import type { SessionEvent } from "@tembo/contract";

/** Numbers count 1, 2, 3, ... without gap or double. */
export function assertSeamless(events: readonly SessionEvent[]): void {
  assert.deepEqual(
    events.map(({ id }) => id),
    events.map((_event, index) => index + 1),
  );
}

export function ofType(events: readonly SessionEvent[], type: string): SessionEvent[] {
  return events.filter(({ eventType }) => eventType === type);
}

/** Facts of which a turn has exactly one each, however often it was taken up again. */
export function assertToldOnce(events: readonly SessionEvent[], ...types: readonly string[]): void {
  for (const type of types) assert.equal(ofType(events, type).length, 1, `${type} is told once`);
}
