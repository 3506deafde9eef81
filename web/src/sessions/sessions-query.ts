import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { SessionListItem } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import type { SessionsSearch } from "./sessions-search.ts";

const PAGE_SIZE = 50;
const REFRESH_MS = 4_000;
const HIDDEN_REFRESH_MS = 30_000;

export interface SessionsPage {
  readonly items: readonly SessionListItem[];
  readonly nextCursor: string | null;
}

/** The list as far as it was scrolled. It is read anew when what is above it shows that it is old. */
export const sessionsQuery = (filters: SessionsSearch) =>
  infiniteQueryOptions({
    queryKey: ["sessions", "pages", filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => readPage(filters, pageParam, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // The rows stay until those of the new filters are there.
    placeholderData: keepPreviousData,
  });

/** The head of the list, read again and again while somebody looks at it. */
export const newestQuery = (filters: SessionsSearch) =>
  queryOptions({
    queryKey: ["sessions", "newest", filters],
    queryFn: ({ signal }) => readPage(filters, null, signal),
    refetchInterval: REFRESH_MS,
  });

/** What runs or waits in the whole organization, at most 100; also for the sign on a tab that nobody looks at. */
export const activeQuery = queryOptions({
  queryKey: ["sessions", "active"],
  queryFn: async ({ signal }): Promise<SessionsPage> =>
    tembo.sessions.list({ limit: 100, states: ["queued", "inProgress"] }, { signal }),
  refetchInterval: () => (document.hidden ? HIDDEN_REFRESH_MS : REFRESH_MS),
  refetchIntervalInBackground: true,
});

function readPage(
  filters: SessionsSearch,
  cursor: string | null,
  signal: AbortSignal,
): Promise<SessionsPage> {
  const { search, state, repository, harness, author, agent } = filters;
  return tembo.sessions.list(
    {
      limit: PAGE_SIZE,
      ...(cursor !== null && { cursor }),
      ...(search !== undefined && { search }),
      ...(state === "needsYou" ? { needsYou: true } : state !== undefined && { states: [state] }),
      ...(repository !== undefined && { repositoryIds: [repository] }),
      ...(harness !== undefined && { harnesses: [harness] }),
      ...(author !== undefined && { createdBy: [author] }),
      ...(agent !== undefined && { agentId: agent }),
    },
    { signal },
  );
}
