import { queryOptions } from "@tanstack/react-query";
import { tembo } from "../api/client.ts";

/** The first 100 repositories, with their names. */
export const setupRepositoriesQuery = queryOptions({
  queryKey: ["repositories", "setup"],
  queryFn: async ({ signal }) => (await tembo.repositories.list({ limit: 100 }, { signal })).items,
});

export const setupIntegrationsQuery = queryOptions({
  queryKey: ["integrations", "setup"],
  queryFn: async ({ signal }) => (await tembo.integrations.list({ limit: 1 }, { signal })).items,
});

export const setupProvidersQuery = queryOptions({
  queryKey: ["models", "setup"],
  queryFn: async ({ signal }) => (await tembo.models.list({ limit: 1 }, { signal })).modelProviders,
});
