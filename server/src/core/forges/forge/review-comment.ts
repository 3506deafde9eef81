import type { ForgeComment } from "./forge-comment.ts";
import type { ForgeReview } from "./forge-pull-request.ts";

/** What a review says as a whole, as one of the comments. */
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
