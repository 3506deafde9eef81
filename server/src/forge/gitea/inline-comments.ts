import { z } from "zod";
import type { ForgeComment, RepositoryRef } from "../../core/forges/index.ts";
import { type GiteaClient, nameOf, repositoryPath } from "./gitea-client.ts";
import { readInlineComment, readReviewBody } from "./reading.ts";
import { reviewComment, review as reviewShape } from "./shapes.ts";

/**
 * Maximum number of reviews to read, because the inline comments of each review require a separate request. The oldest reviews beyond this
 * limit are ignored.
 */
const maxReviews = 100;

/**
 * Returns the summaries and inline comments of the latest `maxReviews` reviews. If `since` is set, reads only reviews that were submitted
 * since then.
 */
export async function listInlineComments(
  client: GiteaClient,
  repository: RepositoryRef,
  number: number,
  since: Date | null,
): Promise<ForgeComment[]> {
  const path = `${repositoryPath(repository)}/pulls/${number}/reviews`;
  const what = `list the reviews of pull request ${number} of ${nameOf(repository)}`;
  const reviews: z.output<typeof reviewShape>[] = [];
  for await (const review of client.items(reviewShape, { path, what })) {
    if (since === null || review.submitted_at >= since) reviews.push(review);
  }
  const comments: ForgeComment[] = [];
  for (const review of reviews.slice(-maxReviews)) {
    const body = readReviewBody(review);
    if (body !== null) comments.push(body);
    if (review.comments_count === 0 || review.state === "PENDING") continue;
    const inline = await client.find(z.array(reviewComment).nullable(), {
      path: `${path}/${review.id}/comments`,
      what,
    });
    comments.push(...(inline ?? []).map((comment) => readInlineComment(comment, review.id)));
  }
  return comments;
}
