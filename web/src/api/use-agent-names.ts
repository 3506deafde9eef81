import { queryOptions, useQuery } from "@tanstack/react-query";
import { type AgentCatalog, agentName, platformDefault, splitAgent, withModel } from "./agent-name.ts";
import { runtimesQuery } from "./choices.ts";
import { tembo } from "./client.ts";
import { userSettingsQuery } from "./settings-queries.ts";
import { usePerson } from "./who.ts";

const modelProvidersQuery = queryOptions({
  // Shares its key prefix with the other model queries, because a change to a model invalidates all of them.
  queryKey: ["models", "providers"],
  queryFn: async ({ signal }) => (await tembo.models.list({ limit: 1 }, { signal })).modelProviders,
  staleTime: Number.POSITIVE_INFINITY,
});

/**
 * Returns a function that maps `HARNESS:MODEL[:PROVIDER]` to a display name. The function returns an empty string until
 * the names have loaded. Requests the provider catalog only if one of `agents` contains a provider.
 */
export function useAgentNames(agents: readonly (string | null)[]): (agent: string | null) => string {
  const { data: runtimes = [], isPending } = useQuery(runtimesQuery);
  const { data: providers = [] } = useQuery({
    ...modelProvidersQuery,
    enabled: agents.some((agent) => agent !== null && splitAgent(agent).provider !== null),
  });
  const catalog: AgentCatalog = { runtimes, providers };
  return (agent) => (agent === null || isPending ? "" : agentName(agent, catalog));
}

/** Returns the name of the user's default agent for new sessions, or null if it is unknown. */
export function useDefaultAgentName(): string | null {
  const { data: settings } = useQuery(userSettingsQuery(usePerson().id));
  const organizationDefault = useOrganizationAgent();
  const { data: runtimes = [] } = useQuery(runtimesQuery);
  const own = settings?.defaultAgent ?? null;
  const agent = own === null ? organizationDefault : withModel(own, runtimes);
  const nameOf = useAgentNames([agent]);
  // Returns null without the user's settings, because they may override the organization's default.
  return (settings !== undefined && nameOf(agent)) || null;
}

/** Returns the name of the organization's default agent, or null if it is unknown. */
export function useOrganizationAgentName(): string | null {
  const agent = useOrganizationAgent();
  return useAgentNames([agent])(agent) || null;
}

function useOrganizationAgent(): string | null {
  return platformDefault(useQuery(runtimesQuery).data ?? []);
}
