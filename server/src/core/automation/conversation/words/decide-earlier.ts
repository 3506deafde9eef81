import type { ForgeComment } from "../../../forges/index.ts";
import { isSame } from "./decide-burst.ts";

const MAX_COMMENTS = 20;

/**
 * Returns up to 20 of the latest comments before the given comments, in the order of `all`. Omits comments without text. For a single inline comment,
 * returns comments in the same thread. Otherwise, returns comments on the pull request or issue as a whole. Pure.
 */
export function decideEarlier(
  all: readonly ForgeComment[],
  comments: readonly ForgeComment[],
): readonly ForgeComment[] {
  const [only, ...others] = comments;
  const inThread = others.length === 0 && only?.kind === "inline" ? only : null;
  const before = Math.min(...comments.map(({ createdAt }) => createdAt.getTime()));
  return all
    .filter((comment) => !comments.some((one) => isSame(one, comment)))
    .filter(({ createdAt, body }) => createdAt.getTime() <= before && body.trim() !== "")
    .filter((comment) =>
      inThread === null
        ? comment.kind !== "inline"
        : comment.kind === "inline" && comment.threadId !== null && comment.threadId === inThread.threadId,
    )
    .slice(-MAX_COMMENTS);
}
