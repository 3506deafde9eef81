import { queryOptions } from "@tanstack/react-query";
import type { SessionAttempts } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";

const REFRESH_MS = 2_000;
/** Interval after a problem, because the server tries again for some minutes. */
const REFRESH_AFTER_PROBLEM_MS = 15_000;

/** Attempts at the session's task. Polls while one of them is ending. */
export const attemptsQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ["session", sessionId, "attempts"],
    queryFn: ({ signal }) => tembo.sessions.attempts(sessionId, { signal }),
    refetchInterval: ({ state }: { state: { data?: SessionAttempts | undefined } }) => {
      const ending = state.data?.attempts.filter(({ state }) => state === "ending") ?? [];
      if (ending.length === 0) return false;
      return ending.some(({ problem }) => problem === null) ? REFRESH_MS : REFRESH_AFTER_PROBLEM_MS;
    },
  });
