import { queryOptions } from "@tanstack/react-query";
import type { Session } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";

export const sessionQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ["session", sessionId],
    queryFn: ({ signal }) => tembo.sessions.retrieve(sessionId, { signal }),
  });

const REFRESH_MS = 10_000;

/**
 * Refresh interval of an open session page. A pull request can be merged on its forge at any time, which the session's
 * events do not show.
 */
export const refreshInterval = (session: Session | undefined): number | false =>
  session?.artifacts.some(({ pullRequests }) => pullRequests.some(({ status }) => status === "open"))
    ? REFRESH_MS
    : false;

export const authorQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ["session", sessionId, "author"],
    queryFn: ({ signal }) => tembo.sessions.author(sessionId, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
