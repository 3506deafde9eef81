import { queryOptions } from "@tanstack/react-query";
import type { SessionAttempts } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";

const REFRESH_MS = 2_000;

/** Attempts at the session's task. Polls while one of them is ending. */
export const attemptsQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ["session", sessionId, "attempts"],
    queryFn: ({ signal }) => tembo.sessions.attempts(sessionId, { signal }),
    refetchInterval: ({ state }: { state: { data?: SessionAttempts | undefined } }) =>
      state.data?.attempts.some(({ state, problem }) => state === "ending" && problem === null) === true
        ? REFRESH_MS
        : false,
  });
