import type { ReviewRequests } from "../forge/forge-pull-request.ts";
import type { Reviewer } from "./pull-request.ts";

/**
 * Merges the forge's review requests into the known reviewers. Only requested users are pending. A reviewer who is
 * requested again becomes pending again, if the forge distinguishes this from the first request. Pure.
 */
export function mergeReviewRequests(
  reviewers: readonly Reviewer[],
  { users, keepsReviewed }: ReviewRequests,
): readonly Reviewer[] {
  if (users === null) return reviewers;
  const submitted = reviewers.filter(({ user, state }) => {
    if (state === "awaiting") return false;
    return keepsReviewed || !users.some(({ id }) => id === user.id);
  });
  const awaited = users.filter(({ id }) => !submitted.some(({ user }) => user.id === id));
  return [...submitted, ...awaited.map((user): Reviewer => ({ user, state: "awaiting" }))];
}

/**
 * Returns the reviewers after a new review by `reviewerId`: the reviewers with a decision, and the other users who were
 * pending before.
 */
export function keepPendingReviewers(
  reviewed: readonly Reviewer[],
  before: readonly Reviewer[],
  reviewerId: string,
): readonly Reviewer[] {
  const awaited = before.filter(({ user, state }) => state === "awaiting" && user.id !== reviewerId);
  const others = reviewed.filter(({ user }) => !awaited.some((one) => one.user.id === user.id));
  return [...others, ...awaited];
}
