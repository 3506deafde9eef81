import {
  commentOfReview,
  type ForgeComment,
  type ForgeConversations,
  type LocalComment,
  type LocalRepository,
  type Reaction,
} from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { toComment, toInline, toReview } from "../events/reading.ts";
import { changeComment, getThread, react, replyInline, writeComment } from "../operations/conversations.ts";
import { changeReview } from "../operations/reviews.ts";
import { peopleOf } from "../people.ts";
import { commentShape, inlineShape, type ReactionContent, reviewShape } from "../shapes/comment.ts";
import { type Connection, inRepository } from "./guard.ts";

const maxComments = 500;
const contents: Readonly<Record<Reaction, ReactionContent>> = {
  seen: "eyes",
  done: "rocket",
  refused: "confused",
};

export function conversations(connection: Connection): ForgeConversations {
  const { context } = connection;
  return {
    listComments: (repository, { number }) =>
      inRepository(connection, repository, async (place) => {
        const { kind } = await getThread(context, place, number);
        const comments = await context.records.comments.latest(place.repository.id, number, maxComments);
        const all = comments.map((comment) => describe(context, place.repository, comment, kind));
        const reviews = await summaries(context, place, number);
        return [...all, ...reviews].sort(byAge).slice(-maxComments);
      }),

    comment: (repository, { number, kind }, body) =>
      inRepository(connection, repository, async (place) =>
        describe(context, place.repository, await writeComment(context, place, number, body), kind),
      ),

    replyInline: (repository, number, to, body) =>
      inRepository(connection, repository, async (place) => {
        const made = await replyInline(context, place, number, Number(to.id), body);
        return describe(context, place.repository, made, "pullRequest");
      }),

    updateComment: (repository, _thread, { id, kind }, body) =>
      inRepository(connection, repository, async (place) => {
        if (kind === "review") await changeReview(context, place, Number(id), body);
        else await changeComment(context, place, kind, Number(id), body);
      }),

    react: (repository, { number }, comment, reaction) =>
      inRepository(connection, repository, async (place) => {
        // Reviews cannot have reactions on this forge, so the reaction is added to the pull request.
        const isOfThread = comment === null || comment.kind === "review";
        const subject = isOfThread
          ? ({ subject: "thread", subjectId: number } as const)
          : ({ subject: "comment", subjectId: Number(comment.id) } as const);
        await react(context, place, subject, contents[reaction]);
        return true;
      }),

    canWrite: (repository, { id }) =>
      inRepository(connection, repository, async (place) => {
        const people = await peopleOf(context, place.repository.organizationId);
        return (
          people.some((person) => person.id === id) ||
          context.records.people.isMember(place.repository.organizationId, Number(id))
        );
      }),
  };
}

function describe(
  context: LocalContext,
  repository: LocalRepository,
  comment: LocalComment,
  kind: "pullRequest" | "issue",
): ForgeComment {
  return comment.kind === "inline"
    ? toInline(inlineShape(context, repository, comment))
    : toComment(commentShape(context, repository, comment, kind));
}

/** Returns the non-empty review summaries as comments. */
async function summaries(
  context: LocalContext,
  { repository }: Place,
  number: number,
): Promise<ForgeComment[]> {
  const page = { skip: 0, limit: maxComments };
  const reviews = await context.records.reviews.list(repository.id, number, page);
  return reviews
    .map((review) => toReview(reviewShape(context, repository, review)))
    .filter(({ body }) => body !== "")
    .map(commentOfReview);
}

const byAge = (one: ForgeComment, other: ForgeComment) => one.createdAt.getTime() - other.createdAt.getTime();
