import { derivedId } from "../../../base/index.ts";
import type { AutomationPorts } from "../../ports.ts";
import { matchesFilters, type TriggerFilters } from "../../trigger/matches-filters.ts";
import type { Trigger } from "../../trigger/triggers-of.ts";
import { queueRun } from "../run/queue-run.ts";
import type { AgentTrigger } from "./trigger.ts";

/**
 * Queues a run for each trigger that matches the event. A second call for the same delivery and event queues nothing. Returns the number of matching
 * triggers.
 */
export async function fireTriggers(
  ports: Pick<AutomationPorts, "store" | "clock">,
  from: {
    readonly organizationId: string;
    readonly integrationId: string | null;
    readonly deliveryId: string;
  },
  happened: readonly Trigger[],
): Promise<number> {
  if (happened.length === 0) return 0;
  const names = happened.map(({ name }) => name);
  const waiting = await ports.store.agentTriggers.waitingFor(from.organizationId, names, from.integrationId);
  let count = 0;
  for (const trigger of waiting) {
    const { payload } = happened.find(({ name }) => name === trigger.name)!;
    if (!matchesFilters(payload, filtersOf(trigger))) continue;
    await ports.store.transaction((tx) =>
      queueRun(ports, tx, trigger.agentId, {
        id: derivedId("run", from.deliveryId, trigger.id, JSON.stringify(payload)),
        cause: "event",
        triggerName: trigger.name,
        payload: { trigger: trigger.name, ...payload },
      }),
    );
    count += 1;
  }
  return count;
}

/** Returns the trigger's filters. Ignores values that are neither a boolean nor a list of strings. */
function filtersOf({ filters }: AgentTrigger): TriggerFilters {
  const readable = Object.entries(filters).filter(
    ([, value]) =>
      typeof value === "boolean" || (Array.isArray(value) && value.every((one) => typeof one === "string")),
  );
  return Object.fromEntries(readable);
}
