import { type ForgeComment, findForgeKind } from "../../../forges/index.ts";
import type { IncomingComment, ThreadContext } from "../thread-context.ts";
import { decideBurst, decideSettling, isSame, withCalled } from "./decide-burst.ts";

export type GatheredComments =
  | {
      readonly kind: "gathered";
      /** Comments that form one message. Empty for the text of an issue. */
      readonly comments: readonly ForgeComment[];
      /** All comments on the pull request or issue. */
      readonly all: readonly ForgeComment[];
    }
  | { readonly kind: "later"; readonly afterMs: number };

/**
 * Gathers the comments that form one message with this comment: its review or, for a pull request on a forge without review IDs, the author's burst
 * of comments. Any other comment forms a message alone. Returns `later` while more comments of a burst may arrive.
 */
export async function gatherComments(
  context: ThreadContext,
  { thread, comment }: IncomingComment,
): Promise<GatheredComments> {
  const { ports, forge, repository } = context;
  const isReview = comment?.reviewId != null;
  const hasReviewIds = findForgeKind(ports, forge.name)?.descriptor.hasReviewIds === true;
  const isBurst = comment !== null && !isReview && thread.kind === "pullRequest" && !hasReviewIds;
  const settleMs = ports.settings.commentSettleMs;
  if (isBurst) {
    const afterMs = decideSettling(comment.createdAt, ports.clock.now(), settleMs);
    if (afterMs > 0) return { kind: "later", afterMs };
  }
  const all = await forge.listComments(repository, thread);
  if (comment === null) return { kind: "gathered", comments: [], all };
  if (isReview) return { kind: "gathered", comments: reviewComments(all, comment), all };
  return { kind: "gathered", comments: isBurst ? decideBurst(all, comment, settleMs) : [comment], all };
}

function reviewComments(all: readonly ForgeComment[], called: ForgeComment): readonly ForgeComment[] {
  const isOfReview = (comment: ForgeComment) =>
    comment.author.id === called.author.id &&
    (comment.reviewId === called.reviewId || (comment.kind === "review" && comment.id === called.reviewId)) &&
    comment.body.trim() !== "";
  const rank = ({ kind }: ForgeComment) => (kind === "review" ? 0 : 1);
  return withCalled(all, called)
    .filter((comment) => isSame(comment, called) || isOfReview(comment))
    .toSorted((one, other) => rank(one) - rank(other) || one.createdAt.getTime() - other.createdAt.getTime());
}
