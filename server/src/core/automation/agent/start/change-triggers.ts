import { AppError, newId } from "../../../base/index.ts";
import type { AutomationPorts, AutomationQueries } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { lockAgent } from "../lock-agent.ts";
import type { AgentTrigger } from "./trigger.ts";

type TriggerPorts = Pick<AutomationPorts, "store" | "clock" | "forgeKinds">;
type CheckPorts = Pick<AutomationPorts, "forgeKinds"> & {
  readonly store: Pick<AutomationQueries, "integrations">;
};

export interface TriggerWords {
  readonly name: string;
  readonly integrationId?: string | null;
  readonly filters?: Readonly<Record<string, unknown>>;
}

const maxTriggers = 50;

/**
 * Builds a trigger that is enabled if the agent is enabled. Throws `invalid_input` if the trigger's name is unknown, or if its integration does not
 * exist or does not send the event.
 */
export async function newTrigger(
  ports: CheckPorts & Pick<AutomationPorts, "clock">,
  agent: Pick<Agent, "id" | "organizationId" | "enabledAt">,
  words: TriggerWords,
): Promise<AgentTrigger> {
  await checkTrigger(ports, agent.organizationId, words);
  const now = ports.clock.now();
  return {
    id: newId(now.getTime()),
    agentId: agent.id,
    name: words.name,
    integrationId: words.integrationId ?? null,
    filters: words.filters ?? {},
    enabledAt: agent.enabledAt === null ? null : now,
    createdAt: now,
    updatedAt: now,
  };
}

/** Adds a trigger. Throws `invalid_input` for the same reasons as `newTrigger`, or if the agent already has the maximum number of triggers. */
export async function addTrigger(
  ports: TriggerPorts,
  agent: Agent,
  words: TriggerWords,
): Promise<AgentTrigger> {
  return ports.store.transaction(async (tx) => {
    const trigger = await newTrigger({ ...ports, store: tx }, await lockAgent(tx, agent.id), words);
    const { items } = await tx.agentTriggers.list(agent.id, { limit: maxTriggers });
    if (items.length >= maxTriggers)
      throw new AppError(
        "invalid_input",
        `An agent can have at most ${maxTriggers} triggers. Delete one first.`,
      );
    await tx.agentTriggers.insert(trigger);
    return trigger;
  });
}

/**
 * Changes the name of a trigger, and its integration and filters if they are given. Throws `not_found` if the agent has no such trigger, or
 * `invalid_input` for the same reasons as `newTrigger`.
 */
export async function updateTrigger(
  ports: TriggerPorts,
  { agent, id }: { readonly agent: Pick<Agent, "id" | "organizationId">; readonly id: string },
  words: TriggerWords,
): Promise<AgentTrigger> {
  const { store, clock } = ports;
  return store.transaction(async (tx) => {
    // The trigger is enabled and disabled together with the agent.
    await lockAgent(tx, agent.id);
    const known = await getTrigger({ store: tx }, agent.id, id);
    const trigger = {
      ...known,
      name: words.name,
      integrationId: words.integrationId === undefined ? known.integrationId : words.integrationId,
      filters: words.filters ?? known.filters,
      updatedAt: clock.now(),
    };
    await checkTrigger({ ...ports, store: tx }, agent.organizationId, trigger);
    await tx.agentTriggers.update(trigger);
    return trigger;
  });
}

/** Returns a trigger of the agent. Throws `not_found` if the agent has no such trigger. */
export async function getTrigger(
  { store }: { readonly store: Pick<AutomationQueries, "agentTriggers"> },
  agentId: string,
  id: string,
): Promise<AgentTrigger> {
  const trigger = await store.agentTriggers.find(agentId, id);
  if (trigger !== null) return trigger;
  throw new AppError("not_found", `This agent has no trigger ${id}.`);
}

/** Returns the display name of a trigger, or `name` if no forge declares that trigger. */
export const triggerDisplayName = (ports: Pick<AutomationPorts, "forgeKinds">, name: string) =>
  knownTriggers(ports).get(name) ?? name;

const knownTriggers = ({ forgeKinds }: Pick<AutomationPorts, "forgeKinds">): ReadonlyMap<string, string> =>
  new Map(
    forgeKinds.flatMap(({ descriptor }) =>
      descriptor.triggers.map(({ name, displayName }) => [name, displayName] as const),
    ),
  );

async function checkTrigger(
  ports: CheckPorts,
  organizationId: string,
  { name, integrationId }: TriggerWords,
): Promise<void> {
  const known = knownTriggers(ports);
  if (!known.has(name))
    throw new AppError(
      "invalid_input",
      `Unknown trigger ${JSON.stringify(name)}. Use one of: ${[...known.keys()].join(", ")}.`,
    );
  if (integrationId == null) return;
  const { items } = await ports.store.integrations.list(organizationId, { ids: [integrationId], limit: 1 });
  if (items[0] === undefined)
    throw new AppError(
      "invalid_input",
      `Integration ${integrationId} was not found. Use another integration for the trigger.`,
    );
  if (!name.startsWith(`${items[0].forge}.`))
    throw new AppError(
      "invalid_input",
      `The integration "${items[0].displayName}" does not send events for the trigger ${name}. Use an integration of the trigger's forge.`,
    );
}
