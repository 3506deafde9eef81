import { newId } from "../../base/index.ts";
import type { ForgePullRequest } from "../forge/forge-pull-request.ts";
import type { Repository } from "../repository/repository.ts";
import { mergeReviewRequests } from "./merge-review-requests.ts";
import type { PullRequest } from "./pull-request.ts";

/** Converts a pull request as its forge reports it to a new record for the store, without a session. */
export function observedPullRequest(
  repository: Pick<Repository, "id" | "organizationId">,
  reported: ForgePullRequest,
  now: Date,
): PullRequest {
  const { head, base, updatedAt, labels: _, reviewRequests, ...same } = reported;
  return {
    ...same,
    id: newId(now.getTime()),
    organizationId: repository.organizationId,
    sessionId: null,
    repositoryId: repository.id,
    headBranch: head,
    baseBranch: base,
    reviewers: mergeReviewRequests([], reviewRequests),
    checks: { state: "none", failed: [] },
    additions: 0,
    deletions: 0,
    forgeUpdatedAt: updatedAt,
    updatedAt: now,
  };
}
