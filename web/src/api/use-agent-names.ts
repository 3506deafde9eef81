import { queryOptions, useQuery } from "@tanstack/react-query";
import { type AgentCatalog, agentName, platformDefault, splitAgent, withModel } from "./agent-name.ts";
import { runtimesQuery } from "./choices.ts";
import { tembo } from "./client.ts";
import { userSettingsQuery } from "./settings-queries.ts";
import { usePerson } from "./who.ts";

const modelProvidersQuery = queryOptions({
  // Under the key of the models, because a change of a model invalidates both.
  queryKey: ["models", "providers"],
  queryFn: async ({ signal }) => (await tembo.models.list({ limit: 1 }, { signal })).modelProviders,
  staleTime: Number.POSITIVE_INFINITY,
});

/**
 * Returns a function that names agents, given as `HARNESS:MODEL[:PROVIDER]`. It returns an empty string until the names
 * have loaded. The catalog of providers is requested only if one of `agents` contains a provider.
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

/** Returns the name of the agent that runs the person's sessions if they choose none. Null if it is not known. */
export function useDefaultAgentName(): string | null {
  const { data: settings } = useQuery(userSettingsQuery(usePerson().id));
  const organizationDefault = useOrganizationAgent();
  const { data: runtimes = [] } = useQuery(runtimesQuery);
  const own = settings?.defaultAgent ?? null;
  const agent = own === null ? organizationDefault : withModel(own, runtimes);
  const nameOf = useAgentNames([agent]);
  // Without the person's settings, the organization's default may be the wrong one.
  return (settings !== undefined && nameOf(agent)) || null;
}

/** Returns the name of the agent that the organization uses by default. Null if it is not known. */
export function useOrganizationAgentName(): string | null {
  const agent = useOrganizationAgent();
  return useAgentNames([agent])(agent) || null;
}

function useOrganizationAgent(): string | null {
  return platformDefault(useQuery(runtimesQuery).data ?? []);
}
