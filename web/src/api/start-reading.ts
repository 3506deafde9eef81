import type { QueryClient } from "@tanstack/react-query";
import { sessionQuery } from "../session/session-query.ts";
import {
  activeQuery,
  draftsQuery,
  needsYouQuery,
  pinnedQuery,
  reviewQuery,
  sessionsQuery,
} from "../sessions/sessions-query.ts";
import { whoQuery } from "./who-query.ts";

/**
 * Prefetches the code and the first data of the page at this URL. Prefetches data only for a signed-in user and a URL
 * without filters. Ignores failures, because the page repeats the request and reports its error.
 */
export function startReading(queryClient: QueryClient, { pathname, search }: Location): void {
  const page = pageOf(pathname);
  page?.fetchCode().catch(() => {});
  queryClient
    .fetchQuery(whoQuery)
    .then(({ user }) => {
      // The router parses filters differently, so this function prefetches data only for URLs without filters.
      if (user !== null && search === "") void page?.read(queryClient);
    })
    .catch(() => {});
}

interface FirstPage {
  fetchCode(): Promise<unknown>;
  read(queryClient: QueryClient): Promise<void>;
}

function pageOf(pathname: string): FirstPage | null {
  if (pathname === "/" || pathname === "/sessions")
    return {
      fetchCode: () => import("../sessions/sessions-page.tsx"),
      read: async (queryClient) => {
        const groups = [activeQuery, needsYouQuery, pinnedQuery, reviewQuery, draftsQuery];
        await Promise.all([
          queryClient.prefetchInfiniteQuery(sessionsQuery({ state: "done" })),
          ...groups.map((query) => queryClient.prefetchQuery(query)),
        ]);
      },
    };
  const [, sessionId] = /^\/sessions\/([^/]+)$/.exec(pathname) ?? [];
  if (sessionId === undefined || sessionId === "new") return null;
  return {
    fetchCode: () => import("../session/session-page.tsx"),
    read: (queryClient) => queryClient.prefetchQuery(sessionQuery(sessionId)),
  };
}
