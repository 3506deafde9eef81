const statuses = ["enabled", "disabled", "archived"] as const;
const tabs = ["starts", "runs", "versions"] as const;

/** List filters from the URL. */
export interface AgentsSearch {
  readonly search?: string;
  readonly status?: (typeof statuses)[number];
}

export function checkAgentsSearch({ search, status }: Record<string, unknown>): AgentsSearch {
  const known = statuses.find((one) => one === status);
  return {
    ...(typeof search === "string" && search !== "" && { search }),
    ...(known !== undefined && { status: known }),
  };
}

/** Selected tab of the agent page. The setup tab is selected if `tab` is absent. */
export interface AgentSearch {
  readonly tab?: (typeof tabs)[number];
}

export function checkAgentSearch({ tab }: Record<string, unknown>): AgentSearch {
  const known = tabs.find((one) => one === tab);
  return known === undefined ? {} : { tab: known };
}
