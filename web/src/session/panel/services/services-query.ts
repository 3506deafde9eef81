import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { Session, SessionEvent, SessionService } from "@tembo-io/sdk";
import { tembo } from "../../../api/client.ts";
import { versionOf } from "../version-of.ts";

const REFRESH_MS = 5_000;
const changingTypes = new Set([
  "turn.started",
  "service.changed",
  "sandbox.stopped",
  "turn.completed",
  "turn.failed",
  "turn.cancelled",
]);

/** Loads the services of the session, and again when one of them may have changed. A session without a project has none. */
export function useServices(
  session: Session | undefined,
  events: readonly SessionEvent[],
): UseQueryResult<SessionService[]> {
  return useQuery({
    queryKey: ["session", session?.id, "services", versionOf(events, changingTypes)],
    queryFn: async ({ signal }) => (await tembo.sessions.services.list(session!.id, { signal })).items,
    enabled: session?.project != null,
    // The previous query may belong to another session.
    placeholderData: (before, query) => (query?.queryKey[1] === session?.id ? before : undefined),
    // A service that exits between turns causes no event.
    refetchInterval: ({ state }) => (state.data?.some(isRunning) ? REFRESH_MS : false),
  });
}

export const isRunning = ({ state }: SessionService): boolean => state === "starting" || state === "ready";
