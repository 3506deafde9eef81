import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { tembo } from "../api/client.ts";

export const insightQuery = queryOptions({
  queryKey: ["insights"],
  queryFn: ({ signal }) => tembo.insights.retrieve({ signal }),
});

export const billingQuery = queryOptions({
  queryKey: ["billing"],
  queryFn: ({ signal }) => tembo.billing.retrieve({ signal }),
});

export const modelResultsQuery = queryOptions({
  queryKey: ["insights", "models"],
  queryFn: async ({ signal }) => (await tembo.insights.models({ signal })).items,
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
