import { queryOptions } from "@tanstack/react-query";
import type { UsageQuery } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";

export type Grouping = UsageQuery["groupBy"];

export const usageQuery = (groupBy: Grouping, days: number) =>
  queryOptions({
    queryKey: ["usage", groupBy, days],
    queryFn: ({ signal }) => tembo.billing.groups({ groupBy, days }, { signal }),
    staleTime: 60_000,
  });
