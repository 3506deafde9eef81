import type { ReviewRequests } from "../forge/forge-pull-request.ts";
import type { Reviewer } from "./pull-request.ts";

/**
 * Lays what a forge tells of requests over what reviewers said: who is asked is waited for, and nobody else. Asked again, a
 * reviewer is waited for anew, where the forge tells that from having been asked once. Pure.
 */
export function mergeReviewRequests(
  reviewers: readonly Reviewer[],
  { users, keepsReviewed }: ReviewRequests,
): readonly Reviewer[] {
  if (users === null) return reviewers;
  const said = reviewers.filter(({ user, state }) => {
    if (state === "awaiting") return false;
    return keepsReviewed || !users.some(({ id }) => id === user.id);
  });
  const awaited = users.filter(({ id }) => !said.some(({ user }) => user.id === id));
  return [...said, ...awaited.map((user): Reviewer => ({ user, state: "awaiting" }))];
}

/** All reviews anew, and who was waited for before; not any more for `reviewerId`, who has just given one. */
export function keepPendingReviewers(
  reviewed: readonly Reviewer[],
  before: readonly Reviewer[],
  reviewerId: string,
): readonly Reviewer[] {
  const awaited = before.filter(({ user, state }) => state === "awaiting" && user.id !== reviewerId);
  const others = reviewed.filter(({ user }) => !awaited.some((one) => one.user.id === user.id));
  return [...others, ...awaited];
}
