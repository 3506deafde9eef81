import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { SessionListItem, SessionPageQueryInput } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import type { SessionsSearch, StateFilter } from "./sessions-search.ts";

const PAGE_SIZE = 50;

export interface SessionsPage {
  readonly items: readonly SessionListItem[];
  readonly nextCursor: string | null;
  readonly totalCount?: number | undefined;
}

/**
 * Loaded pages of the list. They are reloaded when newer data shows that they are stale. `followSessions` reads them, and
 * all queries below, again when a session changes.
 */
export const sessionsQuery = (filters: SessionsSearch) =>
  infiniteQueryOptions({
    queryKey: ["sessions", "pages", filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => readPage(filters, pageParam, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // Shows the previous rows until the rows for the new filters have loaded.
    placeholderData: keepPreviousData,
  });

/** A session in any state, also an archived one, or none. */
export const anyQuery = queryOptions({
  queryKey: ["sessions", "any"],
  queryFn: async ({ signal }): Promise<SessionsPage> => tembo.sessions.list({ limit: 1 }, { signal }),
});

/** First page of the list. */
export const newestQuery = (filters: SessionsSearch) =>
  queryOptions({
    queryKey: ["sessions", "newest", filters],
    queryFn: ({ signal }) => readPage(filters, null, signal),
  });

/**
 * Queued and running sessions of the whole organization, at most 100. The icon of the tab shows whether there are any.
 */
export const activeQuery = queryOptions({
  queryKey: ["sessions", "active"],
  queryFn: async ({ signal }): Promise<SessionsPage> =>
    tembo.sessions.list({ limit: 100, includeTotal: true, ...conditions.working }, { signal }),
});

/** Group at the top of the list, with its first sessions and their total number. */
const topQuery = (state: "needsYou" | "pinned" | "review" | "draft", limit: number) =>
  queryOptions({
    queryKey: ["sessions", "top", state],
    queryFn: async ({ signal }): Promise<SessionsPage> =>
      tembo.sessions.list({ limit, includeTotal: true, state: "active", ...conditions[state] }, { signal }),
  });

/** Sessions that need a person. The title of the tab shows their number. */
export const needsYouQuery = topQuery("needsYou", 50);
export const pinnedQuery = topQuery("pinned", 50);
export const reviewQuery = topQuery("review", 20);
export const draftsQuery = topQuery("draft", 5);

type Conditions = Pick<
  SessionPageQueryInput,
  "state" | "needsYou" | "pinned" | "states" | "pullRequestStatuses"
>;

/** Conditions of the API for each state filter. Only the last one selects archived sessions. */
const conditions: Readonly<Record<StateFilter, Conditions>> = {
  needsYou: { needsYou: true },
  pinned: { pinned: true },
  working: { states: ["queued", "inProgress"] },
  inProgress: { states: ["inProgress"] },
  queued: { states: ["queued"] },
  review: { states: ["completed", "cancelled"], pullRequestStatuses: ["open"] },
  done: { states: ["completed", "cancelled"] },
  completed: { states: ["completed"] },
  failed: { states: ["failed"] },
  cancelled: { states: ["cancelled"] },
  draft: { states: ["draft"] },
  archived: { state: "archived" },
};

function readPage(
  filters: SessionsSearch,
  cursor: string | null,
  signal: AbortSignal,
): Promise<SessionsPage> {
  const { search, state, repository, harness, author, agent, sort } = filters;
  return tembo.sessions.list(
    {
      limit: PAGE_SIZE,
      ...(cursor !== null && { cursor }),
      ...(search !== undefined && { search }),
      state: "active",
      ...(state !== undefined && conditions[state]),
      ...(repository !== undefined && { repositoryIds: [repository] }),
      ...(harness !== undefined && { harnesses: [harness] }),
      ...(author !== undefined && { createdBy: [author] }),
      ...(agent !== undefined && { agentId: agent }),
      ...(sort !== undefined && { sortBy: sort }),
    },
    { signal },
  );
}
