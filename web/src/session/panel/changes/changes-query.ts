import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { SessionDiffWithData } from "@tembo-io/sdk";
import { tembo } from "../../../api/client.ts";

/** Types of events that change the diffs. The server records a diff together with its commit. */
export const changingTypes: ReadonlySet<string> = new Set(["commit.created", "branch.pushed"]);

/** Changes in each repository, with their patches. `version` is the ID of the last event that changed the diffs. */
export const changesQuery = (sessionId: string, version: number) =>
  queryOptions({
    queryKey: ["session", sessionId, "diffs", version],
    queryFn: async ({ signal }): Promise<readonly SessionDiffWithData[]> => {
      const ids: string[] = [];
      const query = { hasChanges: true, limit: 100 };
      for await (const { id } of tembo.sessions.diffs.list(sessionId, query, { signal })) ids.push(id);
      return await Promise.all(ids.map((id) => tembo.sessions.diffs.retrieve(sessionId, id, { signal })));
    },
    placeholderData: keepPreviousData,
  });
