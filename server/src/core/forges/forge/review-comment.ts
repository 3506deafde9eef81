import type { ForgeComment } from "./forge-comment.ts";
import type { ForgeReview } from "./forge-pull-request.ts";

/** Converts a review's summary to a comment. */
export function commentOfReview({ id, author, body, url, submittedAt }: ForgeReview): ForgeComment {
  return {
    id,
    kind: "review",
    author,
    body,
    url,
    place: null,
    threadId: null,
    reviewId: id,
    createdAt: submittedAt,
    updatedAt: submittedAt,
  };
}
