import type { Forge, ForgeComment, ForgeReview, Repository } from "../../forges/index.ts";

export interface ResolvedReview {
  /** Review with the ID that its comments refer to. */
  readonly review: ForgeReview;
  /** Inline comments, if the forge sends no separate events for them. Otherwise empty. */
  readonly newComments: readonly ForgeComment[];
}

/**
 * Resolves a review that the forge reported without its ID and its inline comments. Finds it in the forge's list: the
 * latest review with the same author, text and state. Returns the review unchanged if the list contains its ID, or if
 * no review matches.
 */
export async function resolveReview(
  forge: Forge,
  repository: Repository,
  submitted: { readonly number: number; readonly review: ForgeReview },
): Promise<ResolvedReview> {
  const { number, review } = submitted;
  const listed = await forge.listReviews(repository, number);
  if (listed.some(({ id }) => id === review.id)) return { review, newComments: [] };
  const found = listed
    .filter(({ author, body, state }) => isSame({ author, body, state }, review))
    .toSorted((one, other) => other.submittedAt.getTime() - one.submittedAt.getTime())[0];
  if (found === undefined) return { review, newComments: [] };
  const comments = await forge.listComments(repository, { kind: "pullRequest", number });
  return {
    review: found,
    newComments: comments.filter(({ kind, reviewId }) => kind === "inline" && reviewId === found.id),
  };
}

function isSame(one: Pick<ForgeReview, "author" | "body" | "state">, other: ForgeReview): boolean {
  return (
    one.author.id === other.author.id && one.body.trim() === other.body.trim() && one.state === other.state
  );
}
