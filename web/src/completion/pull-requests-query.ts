import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { PullRequestListItem } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import type { Offer } from "./offer.ts";
import type { ScopeRepository } from "./scope.ts";

const MAX_LISTED = 50;
const FRESH_MS = 60_000;

/** Newest open pull requests of the repositories. The page filters them while the person types. */
export const openPullRequestsQuery = (repositories: readonly ScopeRepository[]) =>
  queryOptions({
    queryKey: ["pullRequests", "completion", repositories.map(({ id }) => id)],
    queryFn: async ({ signal }) => {
      const repositoryIds = repositories.map(({ id }) => id);
      const query = { state: "open" as const, repositoryIds, limit: MAX_LISTED };
      return (await tembo.pullRequests.list(query, { signal })).items;
    },
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
  });

type PullRequest = Pick<PullRequestListItem, "id" | "number" | "title" | "sourceBranch"> & {
  readonly codeRepository: { readonly name: string } | null;
};

/**
 * Returns the suggestions for pull requests whose number or title contains the typed text. The inserted text names the
 * branch, so that the agent can fetch it, and the repository if the session has several. Pure.
 */
export function pullRequestOffers(
  pullRequests: readonly PullRequest[],
  typed: string,
  { isOfSeveral, most }: { readonly isOfSeveral: boolean; readonly most: number },
): readonly Offer[] {
  const sought = typed.replace(/^#/, "").toLowerCase();
  return pullRequests
    .flatMap(({ id, number, title, sourceBranch, codeRepository }): Offer[] => {
      if (number === null) return [];
      const label = `#${number} ${title ?? ""}`.trim();
      if (!label.toLowerCase().includes(sought)) return [];
      const repository = codeRepository?.name ?? "";
      const branch = sourceBranch === null ? "" : ` (${sourceBranch})`;
      const notes = [isOfSeveral ? repository : "", sourceBranch ?? ""];
      return [
        {
          key: `pull request ${id}`,
          kind: "pullRequest",
          label,
          note: notes.filter((note) => note !== "").join(" · "),
          writes: `${isOfSeveral ? repository : ""}#${number}${branch}`,
        },
      ];
    })
    .slice(0, most);
}
