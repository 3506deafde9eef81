import { queryOptions, useQuery } from "@tanstack/react-query";
import { type AgentCatalog, agentModelName, agentName, splitAgent } from "@tembo-io/sdk";
import { withModel } from "./agent-name.ts";
import { runtimesQuery } from "./choices.ts";
import { tembo } from "./client.ts";
import { organizationSettingsQuery, userSettingsQuery } from "./settings-queries.ts";
import { usePerson } from "./who.ts";

const modelProvidersQuery = queryOptions({
  // Shares its key prefix with the other model queries, because a change to a model invalidates all of them.
  queryKey: ["models", "providers"],
  queryFn: async ({ signal }) => (await tembo.models.list({ limit: 1 }, { signal })).modelProviders,
  staleTime: Number.POSITIVE_INFINITY,
});

/**
 * Returns a function that maps `HARNESS:MODEL[:PROVIDER]` to a display name. The function returns an empty string for
 * null and until the names have loaded. Requests the provider catalog only if one of `agents` contains a provider.
 */
export const useAgentNames = (agents: readonly (string | null)[]) => useNames(agents, agentName);

/**
 * Returns the display name of the agent's model and provider, or their IDs until the names have loaded. Returns an
 * empty string if the agent names no model.
 */
export function useAgentModelName(agent: string | null): string {
  const name = useNames([agent], agentModelName)(agent);
  if (name !== "" || agent === null) return name;
  const { harness } = splitAgent(agent);
  return agent.slice(harness.length + 1);
}

function useNames(
  agents: readonly (string | null)[],
  format: (agent: string, catalog: AgentCatalog) => string,
): (agent: string | null) => string {
  const { data: runtimes = [], isPending } = useQuery(runtimesQuery);
  const { data: providers = [], isLoading } = useQuery({
    ...modelProvidersQuery,
    enabled: agents.some((agent) => agent !== null && hasProvider(agent)),
  });
  const catalog: AgentCatalog = { runtimes, providers };
  return (agent) =>
    agent === null || isPending || (isLoading && hasProvider(agent)) ? "" : format(agent, catalog);
}

const hasProvider = (agent: string) => splitAgent(agent).provider !== null;

/** Returns the key of the user's default agent for new sessions, or null if it is unknown. */
export function useDefaultAgent(): string | null {
  const { data: settings } = useQuery(userSettingsQuery(usePerson().id));
  const organizationDefault = useOrganizationAgent();
  const { data: runtimes = [] } = useQuery(runtimesQuery);
  // The user's settings may override the organization's default.
  if (settings === undefined) return null;
  const own = settings.defaultAgent ?? null;
  return own === null ? organizationDefault : withModel(own, runtimes);
}

/** Returns the name of the organization's default agent, or null if it is unknown. */
export function useOrganizationAgentName(): string | null {
  const agent = useOrganizationAgent();
  return useAgentNames([agent])(agent) || null;
}

/**
 * Returns the key of the organization's default agent, which is the server's if the organization has none. Returns null
 * until the settings have loaded.
 */
function useOrganizationAgent(): string | null {
  const { data: runtimes = [] } = useQuery(runtimesQuery);
  const { data } = useQuery(organizationSettingsQuery(usePerson().organizationId));
  const agent = data?.settings.defaultAgent ?? "";
  return agent === "" ? null : withModel(agent, runtimes);
}
