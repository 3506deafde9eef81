import { queryOptions, useQueryClient } from "@tanstack/react-query";
import type { PullRequestComment, PullRequestCommit } from "@tembo-io/sdk";
import { tembo } from "../../../api/client.ts";
import { pullRequestQuery } from "../../review-query.ts";

const REFRESH_MS = 10_000;

/** Comments on a pull request. The server returns only the latest 500. */
export const commentsQuery = (id: string) =>
  queryOptions({
    queryKey: ["pullRequest", id, "comments"],
    queryFn: async ({ signal }) => {
      const all: PullRequestComment[] = [];
      for await (const one of tembo.pullRequests.comments.list(id, { limit: 100 }, { signal })) all.push(one);
      return all as readonly PullRequestComment[];
    },
    refetchInterval: REFRESH_MS,
  });

export const commitsQuery = (id: string) =>
  queryOptions({
    queryKey: ["pullRequest", id, "commits"],
    queryFn: async ({ signal }) => {
      const all: PullRequestCommit[] = [];
      for await (const one of tembo.pullRequests.commits(id, { limit: 100 }, { signal })) all.push(one);
      return all as readonly PullRequestCommit[];
    },
    refetchInterval: REFRESH_MS,
  });

/** Returns a function that reloads all displayed data of a pull request. */
export function useRefresh(id: string): () => Promise<void> {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: pullRequestQuery(id).queryKey });
}
