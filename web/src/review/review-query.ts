import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { PullRequestListItem } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import type { Group } from "./review-groups.ts";
import type { ReviewSearch } from "./review-search.ts";

const PAGE_SIZE = 50;
const REFRESH_MS = 10_000;
/** Number of days for which merged and closed pull requests are listed. */
export const RECENT_DAYS = 14;

/** Pull requests in one group of the user's inbox. */
export const inboxQuery = (group: Group, { search, repository }: Omit<ReviewSearch, "state">) =>
  infiniteQueryOptions({
    queryKey: ["pullRequests", group, { search, repository }],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const recently = new Date(Date.now() - RECENT_DAYS * 24 * 3_600_000).toISOString();
      const { items, nextCursor } = await tembo.pullRequests.list(
        {
          limit: PAGE_SIZE,
          inbox: group,
          ...(group === "merged" && { mergedAfter: recently }),
          ...(group === "closed" && { updatedAfter: recently }),
          ...(pageParam !== null && { cursor: pageParam }),
          ...(search !== undefined && { search }),
          ...(repository !== undefined && { repositoryIds: [repository] }),
        },
        { signal },
      );
      return { items: items as readonly PullRequestListItem[], nextCursor };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: REFRESH_MS,
  });

export const pullRequestQuery = (id: string) =>
  queryOptions({
    queryKey: ["pullRequest", id],
    queryFn: ({ signal }) => tembo.pullRequests.retrieve(id, { signal }),
    refetchInterval: REFRESH_MS,
  });

export const pullRequestStatusQuery = (id: string) =>
  queryOptions({
    queryKey: ["pullRequest", id, "status"],
    queryFn: ({ signal }) => tembo.pullRequests.status(id, { signal }),
    staleTime: REFRESH_MS,
  });
