import type { ForgePullRequest } from "../forge/forge-pull-request.ts";
import type { ForgesPorts } from "../ports.ts";
import type { Repository } from "../repository/repository.ts";
import { changeReviewers } from "./change-reviewers.ts";
import { mergeReviewRequests } from "./merge-review-requests.ts";
import { observedPullRequest } from "./observed-pull-request.ts";

/**
 * Stores a pull request as its forge reports it, with its pending reviewers. Returns false if a newer state is known.
 */
export async function storeObserved(
  { store, clock }: Pick<ForgesPorts, "store" | "clock">,
  repository: Pick<Repository, "id" | "organizationId">,
  reported: ForgePullRequest,
): Promise<boolean> {
  const known = await store.pullRequests.findByNumber(repository.id, reported.number);
  const isNewer = await store.pullRequests.observe(observedPullRequest(repository, reported, clock.now()));
  if (known === null || !isNewer) return isNewer;
  await changeReviewers(store, known.id, (reviewers) =>
    mergeReviewRequests(reviewers, reported.reviewRequests),
  );
  return true;
}
