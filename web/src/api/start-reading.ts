import type { QueryClient } from "@tanstack/react-query";
import { sessionQuery } from "../session/session-query.ts";
import { sessionsQuery } from "../sessions/sessions-query.ts";
import { whoQuery } from "./who-query.ts";

/**
 * Asks for what the page at this address shows first, and fetches its code; both are there, or on their way, when the page is drawn. Only
 * for who is signed in. What fails here is asked for again by the page, which tells of it.
 */
export function startReading(queryClient: QueryClient, { pathname, search }: Location): void {
  const page = pageOf(pathname);
  page?.fetchCode().catch(() => {});
  queryClient
    .fetchQuery(whoQuery)
    .then(({ user }) => {
      // Filters are read by the router, in its own way.
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
      read: (queryClient) => queryClient.prefetchInfiniteQuery(sessionsQuery({})),
    };
  const [, sessionId] = /^\/sessions\/([^/]+)$/.exec(pathname) ?? [];
  if (sessionId === undefined || sessionId === "new") return null;
  return {
    fetchCode: () => import("../session/session-page.tsx"),
    read: (queryClient) => queryClient.prefetchQuery(sessionQuery(sessionId)),
  };
}
