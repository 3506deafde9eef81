import { queryOptions } from "@tanstack/react-query";
import { tembo } from "../api/client.ts";

/** State of the session's idle sandbox. The header of the session reads it again after each event that may change it. */
export const keepAliveQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ["keep-alive", sessionId],
    queryFn: ({ signal }) => tembo.sessions.retrieveKeepAlive(sessionId, { signal }),
  });
