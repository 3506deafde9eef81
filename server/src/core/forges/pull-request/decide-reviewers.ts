import type { ForgeReview } from "../forge/forge-pull-request.ts";
import type { Reviewer } from "./pull-request.ts";

/**
 * The latest word of each person: an approval or a request for changes stands until another, or until it is dismissed; a comment
 * changes neither. People in `except` (the author, our own account) do not count. Pure.
 */
export function decideReviewers(reviews: readonly ForgeReview[], except: readonly string[]): Reviewer[] {
  const latest = new Map<string, Reviewer>();
  const sorted = reviews.toSorted((one, other) => one.submittedAt.getTime() - other.submittedAt.getTime());
  for (const { author, state } of sorted) {
    if (except.includes(author.id)) continue;
    const before = latest.get(author.id)?.state;
    if (state === "approved" || state === "changesRequested") latest.set(author.id, { user: author, state });
    else if (state === "dismissed" || before === undefined)
      latest.set(author.id, { user: author, state: "commented" });
  }
  return [...latest.values()];
}
