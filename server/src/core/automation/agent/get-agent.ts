import { AppError, isId } from "../../base/index.ts";
import type { AutomationPorts } from "../ports.ts";
import type { Agent, AgentOverview } from "./agent.ts";

/** Returns an agent. Throws `not_found` if the organization has no such agent. */
export async function getAgent(
  { store }: Pick<AutomationPorts, "store">,
  organizationId: string,
  id: string,
): Promise<AgentOverview> {
  const agent = await store.agents.find(organizationId, id);
  if (agent !== null) return agent;
  throw noAgent(id);
}

/** Returns an agent by its ID or its key. Throws `not_found` if the organization has no such agent. The key of an archived agent is unknown. */
export async function getAgentByKeyOrId(
  { store }: Pick<AutomationPorts, "store">,
  organizationId: string,
  keyOrId: string,
): Promise<Agent> {
  const agent = isId(keyOrId)
    ? await store.agents.find(organizationId, keyOrId)
    : await store.agents.findByKey(organizationId, keyOrId);
  if (agent !== null) return agent;
  throw noAgent(keyOrId);
}

const noAgent = (id: string) => new AppError("not_found", `Agent ${id} was not found.`);
