import type { ForgeComment } from "../../../forges/index.ts";

/**
 * Returns the comments that the author wrote in one burst with `called`, oldest first. Ignores other comments that belong to a review. Consecutive
 * comments are at most `gapMs` apart. Pure.
 */
export function decideBurst(
  comments: readonly ForgeComment[],
  called: ForgeComment,
  gapMs: number,
): ForgeComment[] {
  const sorted = withCalled(comments, called)
    .filter((comment) => isSame(comment, called) || isFree(comment, called))
    .toSorted((one, other) => timeOf(one) - timeOf(other));
  const middle = sorted.findIndex((comment) => isSame(comment, called));
  let from = middle;
  while (from > 0 && timeOf(sorted[from]!) - timeOf(sorted[from - 1]!) <= gapMs) from -= 1;
  let to = middle;
  while (to + 1 < sorted.length && timeOf(sorted[to + 1]!) - timeOf(sorted[to]!) <= gapMs) to += 1;
  return sorted.slice(from, to + 1);
}

/**
 * Returns the milliseconds in which more comments of a burst may still arrive, or 0 if the time has passed or the forge's clock is at least
 * `settleMs` ahead. Pure.
 */
export function decideSettling(calledAt: Date, now: Date, settleMs: number): number {
  const ageMs = now.getTime() - calledAt.getTime();
  return Math.abs(ageMs) < settleMs ? settleMs - ageMs : 0;
}

/** Returns the comments in the forge's order. Appends `called` if the forge does not list it yet. */
export function withCalled(comments: readonly ForgeComment[], called: ForgeComment): readonly ForgeComment[] {
  return comments.some((comment) => isSame(comment, called)) ? comments : [...comments, called];
}

const isFree = ({ author, reviewId }: ForgeComment, called: ForgeComment) =>
  author.id === called.author.id && reviewId === null;

export const isSame = (one: Pick<ForgeComment, "id" | "kind">, other: Pick<ForgeComment, "id" | "kind">) =>
  one.id === other.id && one.kind === other.kind;

const timeOf = (comment: ForgeComment) => comment.createdAt.getTime();
