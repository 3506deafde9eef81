import type { ForgeReview } from "../forge/forge-pull-request.ts";
import type { Reviewer } from "./pull-request.ts";

/**
 * Returns the latest decision of each reviewer. An approval or a request for changes is valid until the reviewer's next
 * decision or a dismissal. A comment does not change the decision. Ignores the users in `except`, such as the author
 * and Tembo's own account. Pure.
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
