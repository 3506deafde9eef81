import { useQueryClient } from "@tanstack/react-query";
import type { PullRequest } from "@tembo-io/sdk";
import { pullRequestQuery, pullRequestStatusQuery } from "../review-query.ts";

/**
 * Returns a function that caches the merged or closed pull request from a response, and reloads its status, the
 * lists and the sessions, which show whether their pull requests are merged.
 */
export function useEnded(id: string): (ended: PullRequest) => Promise<void> {
  const queryClient = useQueryClient();
  return async (ended) => {
    queryClient.setQueryData(pullRequestQuery(id).queryKey, ended);
    await Promise.all([
      ...["pullRequests", "sessions", "session"].map((key) =>
        queryClient.invalidateQueries({ queryKey: [key] }),
      ),
      queryClient.invalidateQueries({ queryKey: pullRequestStatusQuery(id).queryKey }),
    ]);
  };
}
