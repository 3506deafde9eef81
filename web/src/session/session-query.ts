import { queryOptions } from "@tanstack/react-query";
import { tembo } from "../api/client.ts";

export const sessionQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ["session", sessionId],
    queryFn: ({ signal }) => tembo.sessions.retrieve(sessionId, { signal }),
  });

export const authorQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ["session", sessionId, "author"],
    queryFn: ({ signal }) => tembo.sessions.author(sessionId, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
