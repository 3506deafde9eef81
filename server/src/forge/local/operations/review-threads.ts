import type { LocalComment } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { followLines, type Lines } from "../git/follow-lines.ts";
import { noSuch, type SeenPullRequest } from "./heads.ts";

/** Returns an inline comment of the pull request. Throws `not_found` if the pull request has no such inline comment. */
export async function getInlineComment(
  context: LocalContext,
  place: Place,
  number: number,
  id: string,
): Promise<LocalComment> {
  const comment = /^\d{1,9}$/.test(id)
    ? await context.records.comments.find(place.repository.id, Number(id))
    : null;
  if (comment === null || comment.kind !== "inline" || comment.number !== number)
    throw noSuch(place, "inline comment", id);
  return comment;
}

export async function resolveThread(
  context: LocalContext,
  { repository, actor }: Place,
  comment: LocalComment,
  isResolved: boolean,
): Promise<void> {
  const { comments } = context.records;
  const first = comment.replyTo === null ? comment : await comments.find(repository.id, comment.replyTo);
  if (first === null || (first.resolvedAt !== null) === isResolved) return;
  await comments.resolve(repository.id, first.id, isResolved ? actor.user : null);
}

/**
 * Returns a comment's current lines in the head, or null if the lines have changed. Returns "same" for a comment on a whole file or on the
 * old side, because such a comment cannot become outdated.
 */
export async function linesNow(
  { gitDir }: Pick<Place, "gitDir">,
  pull: SeenPullRequest,
  at: NonNullable<LocalComment["place"]>,
): Promise<Lines | "same" | null> {
  if (at.line === null || at.side === "old") return "same";
  const lines = { start: at.startLine ?? at.line, end: at.line };
  return followLines(gitDir, { from: at.commitSha, to: pull.headSha, path: at.path }, lines);
}
