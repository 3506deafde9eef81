import type { Forge, ForgeComment, ForgeReview, Repository } from "../../forges/index.ts";

export interface ResolvedReview {
  /** With the id by which its comments name it. */
  readonly review: ForgeReview;
  /** Inline comments that its forge tells of in no event of their own; empty elsewhere. */
  readonly untold: readonly ForgeComment[];
}

/**
 * Some forges report a review without its id and its inline comments. Finds it among those listed: the latest one of the same person
 * with the same text. A review that is listed under its own id is returned as it is.
 */
export async function resolveReview(
  forge: Forge,
  repository: Repository,
  told: { readonly number: number; readonly review: ForgeReview },
): Promise<ResolvedReview> {
  const { number, review } = told;
  const listed = await forge.listReviews(repository, number);
  if (listed.some(({ id }) => id === review.id)) return { review, untold: [] };
  const found = listed
    .filter(({ author, body, state }) => isSame({ author, body, state }, review))
    .toSorted((one, other) => other.submittedAt.getTime() - one.submittedAt.getTime())[0];
  if (found === undefined) return { review, untold: [] };
  const comments = await forge.listComments(repository, { kind: "pullRequest", number });
  return {
    review: found,
    untold: comments.filter(({ kind, reviewId }) => kind === "inline" && reviewId === found.id),
  };
}

function isSame(one: Pick<ForgeReview, "author" | "body" | "state">, other: ForgeReview): boolean {
  return (
    one.author.id === other.author.id && one.body.trim() === other.body.trim() && one.state === other.state
  );
}
