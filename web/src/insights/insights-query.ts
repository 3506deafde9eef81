import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { BillingUsage } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";

const DAY_MS = 86_400_000;
export const DAYS = 30;
export const MOST_SESSIONS = 1_000;

export const insightQuery = queryOptions({
  queryKey: ["insights"],
  queryFn: ({ signal }) => tembo.insights.retrieve({ signal }),
});

export const billingQuery = queryOptions({
  queryKey: ["billing"],
  queryFn: ({ signal }) => tembo.billing.retrieve({ signal }),
});

/** What the sessions of the last days cost, newest first. */
export const usageQuery = queryOptions({
  queryKey: ["billing", "usage"],
  queryFn: async ({ signal }) => {
    const since = Date.now() - DAYS * DAY_MS;
    const items: BillingUsage["items"][number][] = [];
    for await (const item of tembo.billing.usage({ limit: 100 }, { signal })) {
      if (new Date(item.createdAt).getTime() < since || items.length >= MOST_SESSIONS) break;
      items.push(item);
    }
    return items;
  },
  staleTime: 60_000,
});

export type Grouping = "harness" | "person" | "repository";

/** What models cost in the last days, by what it was for. */
export const groupsQuery = (groupBy: Grouping) =>
  queryOptions({
    queryKey: ["usage", groupBy],
    queryFn: ({ signal }) => tembo.billing.groups({ groupBy, days: DAYS }, { signal }),
    staleTime: 60_000,
  });

export const membersQuery = infiniteQueryOptions({
  queryKey: ["insights", "members"],
  initialPageParam: null as string | null,
  queryFn: async ({ pageParam, signal }) => {
    const { items, nextCursor } = await tembo.insights.members(pageOf(pageParam), { signal });
    return {
      items: items.map(({ provider, username, name, ...counts }) => ({
        id: `${provider}:${username}`,
        name: name ?? username,
        ...counts,
      })),
      nextCursor,
    };
  },
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

export const repositoriesQuery = infiniteQueryOptions({
  queryKey: ["insights", "repositories"],
  initialPageParam: null as string | null,
  queryFn: async ({ pageParam, signal }) => {
    const { items, nextCursor } = await tembo.insights.repositories(pageOf(pageParam), { signal });
    return {
      items: items.map(({ codeRepositoryId, ...rest }) => ({ id: codeRepositoryId, ...rest })),
      nextCursor,
    };
  },
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

const pageOf = (cursor: string | null) => ({ limit: 20, ...(cursor !== null && { cursor }) });
