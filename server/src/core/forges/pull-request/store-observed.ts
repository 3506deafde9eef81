import type { ForgePullRequest } from "../forge/forge-pull-request.ts";
import type { ForgesPorts } from "../ports.ts";
import type { Repository } from "../repository/repository.ts";
import { changeReviewersWithin } from "./change-reviewers.ts";
import { mergeReviewRequests } from "./merge-review-requests.ts";
import { observedPullRequest } from "./observed-pull-request.ts";

/**
 * Stores a pull request as its forge reports it, with its pending reviewers. Returns false if a newer state is known.
 * Stores both in one transaction, so that an older report cannot replace the review requests of a newer one.
 */
export function storeObserved(
  { store, clock }: Pick<ForgesPorts, "store" | "clock">,
  repository: Pick<Repository, "id" | "organizationId">,
  reported: ForgePullRequest,
): Promise<boolean> {
  return store.transaction(async (tx) => {
    // Locks the row, if it exists, until the transaction ends.
    if (!(await tx.pullRequests.observe(observedPullRequest(repository, reported, clock.now()))))
      return false;
    const known = await tx.pullRequests.findByNumber(repository.id, reported.number);
    if (known === null) return true;
    await changeReviewersWithin(tx, known.id, (reviewers) =>
      mergeReviewRequests(reviewers, reported.reviewRequests),
    );
    return true;
  });
}
