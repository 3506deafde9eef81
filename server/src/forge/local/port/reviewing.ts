import { AppError } from "../../../core/base/index.ts";
import type { ForgeReviewing, LocalComment, ReviewComment } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { toComment, toInline, toReview } from "../events/reading.ts";
import { readWholePatch } from "../git/changes.ts";
import { readCommits } from "../git/commits.ts";
import { branchSha, conflictsBetween } from "../git/plumbing.ts";
import { applySuggestion } from "../operations/apply-suggestion.ts";
import { baseOf, replyInline, writeInline } from "../operations/conversations.ts";
import { getPull, type SeenPullRequest } from "../operations/heads.ts";
import { getInlineComment, linesNow, resolveThread } from "../operations/review-threads.ts";
import { submitReview } from "../operations/reviews.ts";
import { commentShape, inlineShape, reviewShape } from "../shapes/comment.ts";
import { type Connection, inPlace } from "./guard.ts";

const maxComments = 500;

export function reviewing(connection: Connection): ForgeReviewing {
  const { context } = connection;
  return {
    readPatch: (repository, number, maxChars) =>
      inPlace(connection, repository, async (place) => {
        const pull = await getPull(context, place, number);
        const base = await baseOf(place.gitDir, pull);
        const patch = await readWholePatch(place.gitDir, base, pull.headSha);
        return patch.length > maxChars ? null : patch;
      }),

    listCommits: (repository, number, limit) =>
      inPlace(connection, repository, async (place) => {
        const pull = await getPull(context, place, number);
        const base = await baseOf(place.gitDir, pull);
        const range = base === null ? [pull.headSha] : [pull.headSha, `^${base}`];
        const commits = await readCommits(place.gitDir, range, { limit });
        return commits.map(({ sha, message, author, committer }) => ({
          sha,
          message,
          author: { name: author.name, email: author.email },
          committedAt: new Date(committer.date),
        }));
      }),

    listReviewComments: (repository, number) =>
      inPlace(connection, repository, async (place) => {
        const pull = await getPull(context, place, number);
        const comments = await context.records.comments.latest(place.repository.id, number, maxComments);
        const described: ReviewComment[] = [];
        // Runs sequentially, because each step may start a git process.
        for (const comment of comments) described.push(await describe(context, place, pull, comment));
        return described;
      }),

    commentInline: (repository, number, at, body) =>
      inPlace(connection, repository, async (place) => {
        const comment = await writeInline(context, place, number, { ...at, body });
        return describe(context, place, await getPull(context, place, number), comment);
      }),

    replyInline: (repository, number, commentId, body) =>
      inPlace(connection, repository, async (place) => {
        const { id } = await getInlineComment(context, place, number, commentId);
        const comment = await replyInline(context, place, number, id, body);
        return describe(context, place, await getPull(context, place, number), comment);
      }),

    submitReview: (repository, number, { headSha, ...review }) =>
      inPlace(connection, repository, async (place) => {
        const pull = await getPull(context, place, number);
        if (headSha !== null && headSha !== pull.headSha)
          throw new AppError(
            "conflict",
            "The pull request has new commits. Reload the page to see them, and review it again.",
          );
        const submitted = await submitReview(context, place, number, { ...review, comments: [] });
        return toReview(reviewShape(context, place.repository, submitted));
      }),

    resolveThread: (repository, number, commentId, isResolved) =>
      inPlace(connection, repository, async (place) =>
        resolveThread(context, place, await getInlineComment(context, place, number, commentId), isResolved),
      ),

    applySuggestion: (repository, number, commentId) =>
      inPlace(connection, repository, async (place) =>
        applySuggestion(context, place, await getInlineComment(context, place, number, commentId)),
      ),

    outlook: (repository, number) =>
      inPlace(connection, repository, async (place) => {
        const pull = await getPull(context, place, number);
        const { closedAt, mergedBy, closedBy } = pull;
        return {
          conflictsIn: await conflictsOf(place, pull),
          ended: closedAt === null ? null : { at: closedAt, by: mergedBy ?? closedBy },
        };
      }),
  };
}

async function describe(
  context: LocalContext,
  place: Place,
  pull: SeenPullRequest,
  comment: LocalComment,
): Promise<ReviewComment> {
  const { repository } = place;
  if (comment.place === null) {
    const posted = toComment(commentShape(context, repository, comment, "pullRequest"));
    return { ...posted, startLine: null, isOutdated: false, resolved: null };
  }
  const posted = toInline(inlineShape(context, repository, comment));
  const now = await linesNow(place, pull, comment.place);
  const { startLine = null } = comment.place;
  const { resolvedAt: at, resolvedBy: by } = comment;
  const followed = {
    ...posted,
    startLine,
    isOutdated: now === null,
    resolved: at !== null && by !== null ? { at, by } : null,
  };
  if (now === null || now === "same") return followed;
  return {
    ...followed,
    startLine: startLine === null ? null : now.start,
    place: { ...posted.place!, line: now.end },
  };
}

async function conflictsOf({ gitDir }: Place, pull: SeenPullRequest): Promise<readonly string[]> {
  const baseSha = pull.status === "open" ? await branchSha(gitDir, pull.base) : null;
  return baseSha === null ? [] : ((await conflictsBetween(gitDir, baseSha, pull.headSha)) ?? []);
}
