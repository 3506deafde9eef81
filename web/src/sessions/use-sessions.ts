import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { text } from "../text/index.ts";
import { type Group, groupByState, groupSessions, type Line, linesOf } from "./group-sessions.ts";
import { hasSettled, mergeSessions } from "./merge-sessions.ts";
import {
  activeQuery,
  draftsQuery,
  needsYouQuery,
  newestQuery,
  pinnedQuery,
  reviewQuery,
  type SessionsPage,
  sessionsQuery,
} from "./sessions-query.ts";
import type { SessionsSearch } from "./sessions-search.ts";

const ended: SessionsSearch = { state: "done" };
const noPage: SessionsPage = { items: [], nextCursor: null };

/** The sessions in groups, for the board, and in lines, for the list. */
interface Shown {
  readonly groups: readonly Group[];
  readonly lines: readonly Line[];
}

/**
 * Returns the sessions in lines and in groups. Without filters, the lines have a heading for each group, and the last
 * group loads on scrolling. Reloads the list when newer data shows that it is stale.
 */
export function useSessions(filters: SessionsSearch) {
  const isGrouped = Object.keys(filters).length === 0;
  const shown = isGrouped ? ended : filters;
  const list = useInfiniteQuery(sessionsQuery(shown));
  // Search results are ranked, so new sessions do not appear at the top.
  const newest = useQuery({
    ...newestQuery(shown),
    enabled: list.isSuccess && !list.isPlaceholderData && shown.search === undefined,
    // Starts with the first loaded page.
    initialData: () => (list.isPlaceholderData ? undefined : list.data?.pages[0]),
    initialDataUpdatedAt: list.dataUpdatedAt,
  });
  const active = useQuery(activeQuery);
  const needsYou = useQuery(needsYouQuery);
  const pinned = useQuery({ ...pinnedQuery, enabled: isGrouped });
  const review = useQuery({ ...reviewQuery, enabled: isGrouped });
  const draft = useQuery({ ...draftsQuery, enabled: isGrouped });
  const pages = list.data?.pages;
  const sessions = useMemo(
    () =>
      mergeSessions(
        pages?.flatMap(({ items }) => items) ?? [],
        { ...(newest.data ?? noPage), sort: shown.sort, isNewer: newest.dataUpdatedAt > list.dataUpdatedAt },
        active.data?.items ?? [],
      ),
    [pages, newest.data, newest.dataUpdatedAt, list.dataUpdatedAt, active.data, shown.sort],
  );
  const current = useMemo((): Shown => {
    if (!isGrouped) {
      const lines = sessions.map((session) => ({ kind: "session" as const, session }));
      return { groups: groupByState(sessions), lines };
    }
    const groups = groupSessions({
      needsYou: needsYou.data ?? noPage,
      pinned: pinned.data ?? noPage,
      working: active.data ?? noPage,
      review: review.data ?? noPage,
      draft: draft.data ?? noPage,
      done: sessions,
    });
    return { groups, lines: linesOf(groups) };
  }, [isGrouped, sessions, needsYou.data, pinned.data, active.data, review.data, draft.data]);
  // Until the sessions for new filters have loaded, the list shows its lines from before, also its groups.
  const previous = useRef<Shown>({ groups: [], lines: [] });
  useEffect(() => {
    if (!list.isPlaceholderData) previous.current = current;
  }, [list.isPlaceholderData, current]);
  const isOld =
    active.data !== undefined &&
    active.dataUpdatedAt > list.dataUpdatedAt &&
    hasSettled(sessions, active.data);
  const { refetch, isFetching } = list;
  useEffect(() => {
    if (isOld && !isFetching) void refetch();
  }, [isOld, isFetching, refetch]);
  const activeIds = active.data?.items.map(({ id }) => id).join(" ");
  const lastIds = useRef(activeIds);
  // biome-ignore lint/correctness/useExhaustiveDependencies: reads the list again when an active session ends
  useEffect(() => {
    const before = lastIds.current;
    lastIds.current = activeIds;
    if (!isGrouped || activeIds === undefined || before === undefined || before === activeIds) return;
    // A session that has ended may be older than the newest ones.
    const isActive = new Set(activeIds.split(" "));
    if (before.split(" ").some((id) => !isActive.has(id))) void refetch({ cancelRefetch: false });
  }, [activeIds]);
  const queries = isGrouped ? [list, active, needsYou, pinned, review, draft] : [list];
  return {
    list,
    ...(list.isPlaceholderData ? previous.current : current),
    isPending: queries.some((query) => query.isPending),
    failed: queries.find((query) => query.isError) ?? null,
    running: countText(active.data),
  };
}

/** Formats the number of sessions, or returns null if there are none. */
export function countText(page: SessionsPage | undefined): string | null {
  const count = page?.totalCount ?? page?.items.length ?? 0;
  if (count === 0) return null;
  return page?.nextCursor == null || page.totalCount !== undefined
    ? String(count)
    : text.sessions.atLeast(count);
}
