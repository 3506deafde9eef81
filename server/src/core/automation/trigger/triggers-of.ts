import type { ForgeEvent, ForgeKind, TriggerFacts } from "../../forges/index.ts";
import { payloadOf, type TriggerPayload } from "./payload-of.ts";

/** Name of a trigger in the public API, and the payload for its filters. */
export interface Trigger {
  readonly name: string;
  readonly payload: TriggerPayload;
}

/** Returns the triggers that an event fires. Pure. */
export function triggersOf(
  event: ForgeEvent,
  forge: Pick<ForgeKind, "triggerNames">,
  facts: TriggerFacts,
): Trigger[] {
  if (event.type === "installation.changed") return [];
  const names = forge.triggerNames(event, facts);
  if (names.length === 0) return [];
  const payload = payloadOf(event, facts);
  return names.map((name) => ({ name, payload }));
}
