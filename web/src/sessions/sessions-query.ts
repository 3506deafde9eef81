import { infiniteQueryOptions } from "@tanstack/react-query";
import type { SessionListItem } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import type { SessionsSearch } from "./sessions-search.ts";

const PAGE_SIZE = 50;
const REFRESH_MS = 4_000;

export const sessionsQuery = ({ search, repository }: SessionsSearch) =>
  infiniteQueryOptions({
    queryKey: ["sessions", { search, repository }],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const { items, nextCursor } = await tembo.sessions.list(
        {
          limit: PAGE_SIZE,
          ...(pageParam !== null && { cursor: pageParam }),
          ...(search !== undefined && { search }),
          ...(repository !== undefined && { repositoryIds: [repository] }),
        },
        { signal },
      );
      return { items: items as readonly SessionListItem[], nextCursor };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: REFRESH_MS,
  });
