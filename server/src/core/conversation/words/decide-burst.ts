import type { ForgeComment } from "../../forge/forge-comment.ts";

/**
 * Where reviews have no id: the comments of one person that were written in one go with this one, none more than `gapMs`
 * after the one before, oldest first. Pure.
 */
export function decideBurst(
  comments: readonly ForgeComment[],
  called: ForgeComment,
  gapMs: number,
): ForgeComment[] {
  const own = comments
    .filter(({ author, reviewId }) => author.id === called.author.id && reviewId === null)
    .filter((comment) => !isSame(comment, called));
  const sorted = [...own, called].toSorted((one, other) => timeOf(one) - timeOf(other));
  const middle = sorted.indexOf(called);
  let from = middle;
  while (from > 0 && timeOf(sorted[from]!) - timeOf(sorted[from - 1]!) <= gapMs) from -= 1;
  let to = middle;
  while (to + 1 < sorted.length && timeOf(sorted[to + 1]!) - timeOf(sorted[to]!) <= gapMs) to += 1;
  return sorted.slice(from, to + 1);
}

/** How long to wait until everything that was written in one go has arrived; 0 when it has. Clocks may differ. Pure. */
export function decideSettling(calledAt: Date, now: Date, settleMs: number): number {
  const ageMs = now.getTime() - calledAt.getTime();
  return Math.abs(ageMs) < settleMs ? settleMs - ageMs : 0;
}

export const isSame = (one: Pick<ForgeComment, "id" | "kind">, other: Pick<ForgeComment, "id" | "kind">) =>
  one.id === other.id && one.kind === other.kind;

const timeOf = (comment: ForgeComment) => comment.createdAt.getTime();
