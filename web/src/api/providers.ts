import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ForgeDescriptor, IntegrationProviderList } from "@tembo-io/sdk";
import { text } from "../text/index.ts";
import { tembo } from "./client.ts";

type Provider = IntegrationProviderList["items"][number];
/** An integration that can be connected, with its forge descriptor. */
export type ForgeProvider = Provider & { readonly forge: ForgeDescriptor };

const providersQuery = queryOptions({
  queryKey: ["integration-providers"],
  queryFn: async ({ signal }) => (await tembo.integrations.providers({ limit: 100 }, { signal })).items,
  // The server's plug-ins change only with a new server version.
  staleTime: Number.POSITIVE_INFINITY,
});

const isForge = (provider: Provider): provider is ForgeProvider => provider.forge !== undefined;

export const forgeProvidersQuery = queryOptions({
  ...providersQuery,
  select: (items) => items.filter(isForge),
});

/** Returns the names of the forges that can be connected. Returns an empty list until they have loaded. */
export function useForgeLabels(): readonly string[] {
  return useQuery(forgeProvidersQuery).data?.map(({ forge }) => forge.label) ?? [];
}

/** Returns the display name of a forge type, or the type itself if it is unknown or the names have not loaded. */
export function useForgeLabel(type: string): string {
  const { data } = useQuery(forgeProvidersQuery);
  if (type === "local") return text.repositories.localForge;
  return data?.find(({ integrationType }) => integrationType === type)?.forge.label ?? type;
}
