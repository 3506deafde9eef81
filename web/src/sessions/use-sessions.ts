import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { text } from "../text/index.ts";
import { hasSettled, mergeSessions } from "./merge-sessions.ts";
import { activeQuery, newestQuery, type SessionsPage, sessionsQuery } from "./sessions-query.ts";
import type { SessionsSearch } from "./sessions-search.ts";

/** Returns the current rows of the list. Polls the newest sessions, and reloads the list when it is stale. */
export function useSessions(filters: SessionsSearch) {
  const list = useInfiniteQuery(sessionsQuery(filters));
  // Search results are ranked, so new sessions do not appear at the top.
  const newest = useQuery({
    ...newestQuery(filters),
    enabled: list.isSuccess && !list.isPlaceholderData && filters.search === undefined,
    // Starts with the first loaded page.
    initialData: () => (list.isPlaceholderData ? undefined : list.data?.pages[0]),
    initialDataUpdatedAt: list.dataUpdatedAt,
  });
  const active = useQuery(activeQuery);
  const pages = list.data?.pages;
  const sessions = useMemo(
    () =>
      mergeSessions(
        pages?.flatMap(({ items }) => items) ?? [],
        newest.data?.items ?? [],
        active.data?.items ?? [],
      ),
    [pages, newest.data, active.data],
  );
  const isOld =
    active.data !== undefined &&
    active.dataUpdatedAt > list.dataUpdatedAt &&
    hasSettled(sessions, active.data);
  const { refetch, isFetching } = list;
  useEffect(() => {
    if (isOld && !isFetching) void refetch();
  }, [isOld, isFetching, refetch]);
  return { list, sessions, running: runningCountText(active.data) };
}

/** Formats the number of queued and running sessions, or returns null if there are none. */
export function runningCountText(active: SessionsPage | undefined): string | null {
  const count = active?.items.length ?? 0;
  if (count === 0) return null;
  return active?.nextCursor == null ? String(count) : text.sessions.atLeast(count);
}
