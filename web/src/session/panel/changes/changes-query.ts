import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { SessionDiffWithData } from "@tembo-io/sdk";
import { tembo } from "../../../api/client.ts";

/** A diff is recorded with the commit that it is of. */
export const changingTypes: ReadonlySet<string> = new Set(["commit.created", "branch.pushed"]);

/** The changes of each repository with their patches; `version` is of the events that change them. */
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
