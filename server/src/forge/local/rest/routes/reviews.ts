import { z } from "zod";
import { getPull } from "../../operations/heads.ts";
import { changeReview, submitReview } from "../../operations/reviews.ts";
import { inlineShape, reviewShape } from "../../shapes/comment.ts";
import { ApiRefusal, invalid } from "../refusal.ts";
import { bodyOf, inRepo, numberIn, ok, paged, type Route } from "../route.ts";

const newReview = z.object({
  event: z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]),
  body: z.string().nullish(),
  commit_id: z.string().optional(),
  comments: z
    .array(
      z.object({
        path: z.string().min(1),
        body: z.string().min(1),
        line: z.number().int().positive(),
        side: z.enum(["LEFT", "RIGHT"]).default("RIGHT"),
      }),
    )
    .max(200)
    .default([]),
});
const summary = z.object({ body: z.string() });
const states = { APPROVE: "approved", REQUEST_CHANGES: "changesRequested", COMMENT: "commented" } as const;

/** Serves reviews. Reviews are submitted immediately, because the forge does not store pending reviews. */
export const reviewRoutes: readonly Route[] = [
  inRepo("GET /pulls/:number/reviews", async (request, place) => {
    const { context } = request;
    const pull = await getPull(context, place, numberIn(request, "number"));
    return paged(request, async (page) =>
      (await context.records.reviews.list(place.repository.id, pull.number, page)).map((review) =>
        reviewShape(context, place.repository, review),
      ),
    );
  }),
  inRepo("POST /pulls/:number/reviews", async (request, place) => {
    const input = bodyOf(request, newReview, "PullRequestReview");
    const body = input.body ?? "";
    if (body === "" && input.comments.length === 0 && input.event !== "APPROVE")
      throw invalid("PullRequestReview", "A review that does not approve requires a body or comments.");
    const review = await submitReview(request.context, place, numberIn(request, "number"), {
      state: states[input.event],
      body,
      comments: input.comments.map(({ path, line, side, body: text }) => ({
        path,
        line,
        side: side === "RIGHT" ? "new" : "old",
        body: text,
      })),
    });
    return ok(reviewShape(request.context, place.repository, review));
  }),
  inRepo("GET /pulls/:number/reviews/:review", async (request, place) => {
    const review = await request.context.records.reviews.find(
      place.repository.id,
      numberIn(request, "review"),
    );
    if (review === null || review.number !== numberIn(request, "number"))
      throw new ApiRefusal(404, "Not Found");
    return ok(reviewShape(request.context, place.repository, review));
  }),
  inRepo("PUT /pulls/:number/reviews/:review", async (request, place) => {
    const { body } = bodyOf(request, summary, "PullRequestReview");
    const review = await changeReview(request.context, place, numberIn(request, "review"), body);
    return ok(reviewShape(request.context, place.repository, review));
  }),
  inRepo("GET /pulls/:number/reviews/:review/comments", async (request, place) => {
    const { context } = request;
    const reviewId = numberIn(request, "review");
    return paged(request, async (page) => {
      const filter = { ...page, kind: "inline", reviewId } as const;
      const comments = await context.records.comments.list(
        place.repository.id,
        numberIn(request, "number"),
        filter,
      );
      return comments.map((comment) => inlineShape(context, place.repository, comment));
    });
  }),
];
