import type { ForgesStore, ForgesTransaction } from "../ports.ts";
import type { PullRequest } from "./pull-request.ts";

type Reviewers = PullRequest["reviewers"];

/**
 * Changes a pull request's reviewers. Locks the row from the read to the write, because a review and a new state of the
 * same pull request may arrive at the same time, and a write based on an earlier read would remove the review. Changes
 * nothing and returns false if `change` returns null. Also returns true if the pull request no longer exists.
 */
export function changeReviewers(
  store: Pick<ForgesStore, "transaction">,
  pullRequestId: string,
  change: (reviewers: Reviewers) => Reviewers | null,
): Promise<boolean> {
  return store.transaction((tx) => changeReviewersWithin(tx, pullRequestId, change));
}

/** Does the same within a transaction. */
export async function changeReviewersWithin(
  tx: Pick<ForgesTransaction, "pullRequests">,
  pullRequestId: string,
  change: (reviewers: Reviewers) => Reviewers | null,
): Promise<boolean> {
  const reviewers = await tx.pullRequests.lockReviewers(pullRequestId);
  if (reviewers === null) return true;
  const changed = change(reviewers);
  if (changed !== null && changed !== reviewers) await tx.pullRequests.setReviewers(pullRequestId, changed);
  return changed !== null;
}
