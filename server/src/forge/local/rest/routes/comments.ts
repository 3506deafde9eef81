import { z } from "zod";
import type { LocalComment, LocalReaction } from "../../../../core/forges/index.ts";
import type { Place } from "../../context.ts";
import {
  changeComment,
  getComment,
  getThread,
  react,
  replyInline,
  writeComment,
  writeInline,
} from "../../operations/conversations.ts";
import { getPull } from "../../operations/heads.ts";
import {
  commentShape,
  inlineShape,
  isReactionContent,
  reactionContents,
  reactionShape,
} from "../../shapes/comment.ts";
import { ApiRefusal, invalid } from "../refusal.ts";
import {
  type ApiRequest,
  bodyOf,
  created,
  inRepo,
  numberIn,
  ok,
  orderOf,
  paged,
  type Route,
} from "../route.ts";

const text = z.object({ body: z.string().min(1) });
const newInline = text.extend({
  path: z.string().min(1).optional(),
  line: z.number().int().positive().optional(),
  start_line: z.number().int().positive().nullish(),
  side: z.enum(["LEFT", "RIGHT"]).default("RIGHT"),
  subject_type: z.enum(["line", "file"]).default("line"),
  in_reply_to: z.number().int().positive().optional(),
});
const newReaction = z.object({ content: z.string() });

export const commentRoutes: readonly Route[] = [
  inRepo("GET /issues/:number/comments", async (request, place) => {
    const { kind } = await getThread(request.context, place, numberIn(request, "number"));
    return list(request, place, "comment", (comment) =>
      commentShape(request.context, place.repository, comment, kind),
    );
  }),
  inRepo("POST /issues/:number/comments", async (request, place) => {
    const { context } = request;
    const number = numberIn(request, "number");
    const { kind } = await getThread(context, place, number);
    const comment = await writeComment(context, place, number, bodyOf(request, text, "IssueComment").body);
    return created(commentShape(context, place.repository, comment, kind));
  }),
  inRepo("GET /issues/comments", (request, place) => all(request, place, "comment")),
  inRepo("GET /issues/comments/:id", (request, place) => one(request, place, "comment")),
  inRepo("PATCH /issues/comments/:id", (request, place) => change(request, place, "comment")),

  inRepo("GET /pulls/:number/comments", async (request, place) => {
    await getPull(request.context, place, numberIn(request, "number"));
    return list(request, place, "inline", (comment) =>
      inlineShape(request.context, place.repository, comment),
    );
  }),
  inRepo("POST /pulls/:number/comments", async (request, place) => {
    const { context } = request;
    const input = bodyOf(request, newInline, "PullRequestReviewComment");
    const number = numberIn(request, "number");
    if (input.in_reply_to !== undefined)
      return reply(request, place, { number, id: input.in_reply_to, body: input.body });
    const { path, line, start_line: startLine, side, body } = input;
    const isWhole = input.subject_type === "file";
    if (path === undefined || (line === undefined && !isWhole))
      throw invalid("PullRequestReviewComment", 'Set "path" and "line", or set "subject_type" to "file".');
    const comment = await writeInline(context, place, number, {
      path,
      line: isWhole ? null : line!,
      startLine: isWhole ? null : startLine,
      side: side === "RIGHT" ? "new" : "old",
      body,
    });
    return created(inlineShape(context, place.repository, comment));
  }),
  inRepo("POST /pulls/:number/comments/:id/replies", async (request, place) =>
    reply(request, place, {
      number: numberIn(request, "number"),
      id: numberIn(request, "id"),
      body: bodyOf(request, text, "PullRequestReviewComment").body,
    }),
  ),
  inRepo("GET /pulls/comments", (request, place) => all(request, place, "inline")),
  inRepo("GET /pulls/comments/:id", (request, place) => one(request, place, "inline")),
  inRepo("PATCH /pulls/comments/:id", (request, place) => change(request, place, "inline")),

  ...reactionRoutes("/issues/:number/reactions", async (request, place) => {
    const number = numberIn(request, "number");
    await getThread(request.context, place, number);
    return { subject: "thread", subjectId: number };
  }),
  ...reactionRoutes("/issues/comments/:id/reactions", (request, place) =>
    subjectOf(request, place, "comment"),
  ),
  ...reactionRoutes("/pulls/comments/:id/reactions", (request, place) => subjectOf(request, place, "inline")),
];

type Subject = Pick<LocalReaction, "subject" | "subjectId">;

function reactionRoutes(
  path: string,
  find: (request: ApiRequest, place: Place) => Promise<Subject>,
): readonly Route[] {
  return [
    inRepo(`GET ${path}`, async (request, place) => {
      const { subject, subjectId } = await find(request, place);
      const { reactions } = request.context.records;
      return paged(request, async (page) =>
        (await reactions.list(place.repository.id, subject, subjectId, page)).map((one) =>
          reactionShape(request.context, one),
        ),
      );
    }),
    inRepo(`POST ${path}`, async (request, place) => {
      const { content } = bodyOf(request, newReaction, "Reaction");
      if (!isReactionContent(content))
        throw invalid(
          "Reaction",
          `${JSON.stringify(content)} is not a reaction. Use one of: ${reactionContents.join(", ")}.`,
        );
      const made = await react(request.context, place, await find(request, place), content);
      const shape = reactionShape(request.context, made.reaction);
      return made.isNew ? created(shape) : ok(shape);
    }),
  ];
}

async function subjectOf(request: ApiRequest, place: Place, kind: LocalComment["kind"]): Promise<Subject> {
  const { id } = await getComment(request.context, place, kind, numberIn(request, "id"));
  return { subject: "comment", subjectId: id };
}

/** Lists comments. `since` excludes comments that have not changed since that time. */
async function list(
  request: ApiRequest,
  { repository }: Place,
  kind: LocalComment["kind"],
  shape: (comment: LocalComment) => unknown,
) {
  const { comments } = request.context.records;
  const since = request.query.get("since");
  if (since !== null && Number.isNaN(Date.parse(since)))
    throw new ApiRefusal(422, '"since" is not a valid time.');
  return paged(request, async (page) => {
    const found = await comments.list(repository.id, numberIn(request, "number"), { ...page, kind });
    return found.filter(({ updatedAt }) => since === null || updatedAt >= new Date(since)).map(shape);
  });
}

/** Lists all comments in the repository. */
async function all(request: ApiRequest, place: Place, kind: LocalComment["kind"]) {
  const { comments } = request.context.records;
  const direction = request.query.get("direction") === "desc" ? "desc" : "asc";
  const order = { ...orderOf(request), direction, kind } as const;
  return paged(request, async (page) => {
    const found = await comments.ofRepository(place.repository.id, { ...page, ...order });
    return Promise.all(found.map((comment) => toCommentBody(request, place, comment)));
  });
}

async function one(request: ApiRequest, place: Place, kind: LocalComment["kind"]) {
  return ok(
    await toCommentBody(
      request,
      place,
      await getComment(request.context, place, kind, numberIn(request, "id")),
    ),
  );
}

async function change(request: ApiRequest, place: Place, kind: LocalComment["kind"]) {
  const { body } = bodyOf(request, text, "IssueComment");
  return ok(
    await toCommentBody(
      request,
      place,
      await changeComment(request.context, place, kind, numberIn(request, "id"), body),
    ),
  );
}

async function reply(
  { context }: ApiRequest,
  place: Place,
  { number, id, body }: { readonly number: number; readonly id: number; readonly body: string },
) {
  return created(inlineShape(context, place.repository, await replyInline(context, place, number, id, body)));
}

async function toCommentBody({ context }: ApiRequest, place: Place, comment: LocalComment) {
  if (comment.kind === "inline") return inlineShape(context, place.repository, comment);
  const { kind } = await getThread(context, place, comment.number);
  return commentShape(context, place.repository, comment, kind);
}
