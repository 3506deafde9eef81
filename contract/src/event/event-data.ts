import { z } from "zod";
import { decisionEvents } from "./decision-events.ts";
import { harnessEvents } from "./harness-events.ts";
import { resultEvents } from "./result-events.ts";
import { sandboxEvents } from "./sandbox-events.ts";
import { sessionEvents } from "./session-events.ts";
import { turnEvents } from "./turn-events.ts";

/** Every event type, grouped by subject. */
export const eventGroups = {
  "Session and messages": sessionEvents,
  Turns: turnEvents,
  "The agent's work": harnessEvents,
  Decisions: decisionEvents,
  Results: resultEvents,
  Sandbox: sandboxEvents,
} as const;

/** Event data. The `type` field determines the other fields. */
export const eventData = z.discriminatedUnion("type", [
  ...sessionEvents,
  ...turnEvents,
  ...harnessEvents,
  ...decisionEvents,
  ...resultEvents,
  ...sandboxEvents,
]);
export type EventData = z.infer<typeof eventData>;
export type EventType = EventData["type"];
/** The data of one event type. */
export type EventOf<Type extends EventType> = Extract<EventData, { readonly type: Type }>;
