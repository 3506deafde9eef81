import type { ForgesStore } from "../ports.ts";
import type { PullRequest } from "./pull-request.ts";

/**
 * Changes a pull request's reviewers. Locks the row from the read to the write, because a review and a new state of the
 * same pull request may arrive at the same time, and a write based on an earlier read would remove the review.
 */
export async function changeReviewers(
  store: Pick<ForgesStore, "transaction">,
  pullRequestId: string,
  change: (reviewers: PullRequest["reviewers"]) => PullRequest["reviewers"],
): Promise<void> {
  await store.transaction(async (tx) => {
    const reviewers = await tx.pullRequests.lockReviewers(pullRequestId);
    if (reviewers === null) return;
    const changed = change(reviewers);
    if (changed !== reviewers) await tx.pullRequests.setReviewers(pullRequestId, changed);
  });
}
