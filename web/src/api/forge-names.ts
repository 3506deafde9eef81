import { queryOptions } from "@tanstack/react-query";
import { tembo } from "./client.ts";

/** The user's username on each of the organization's forges. */
export const forgeNamesQuery = (userId: string) =>
  queryOptions({
    queryKey: ["forge-names", userId],
    queryFn: async ({ signal }) => (await tembo.users.forgeNames.list(userId, { signal })).items,
    staleTime: 60_000,
  });
