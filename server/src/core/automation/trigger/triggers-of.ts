import type { ForgeEvent, ForgeKind, TriggerFacts } from "../../forges/index.ts";
import { payloadOf, type TriggerPayload } from "./payload-of.ts";

/** One trigger of agents, as the public API names it, with what its filters look at. */
export interface Trigger {
  readonly name: string;
  readonly payload: TriggerPayload;
}

/** The triggers an event is. Empty for what no agent can wait for. Pure. */
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
