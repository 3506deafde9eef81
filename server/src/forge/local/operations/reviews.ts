import type { LocalReview } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { type InlineInput, placeInline } from "./conversations.ts";
import { getPull, noSuch } from "./heads.ts";

/**
 * Adds a review with its inline comments. Publishes the review first, then each comment. Unlike on GitHub, authors can review their own
 * pull requests, because an organization with a single API key has only one user on this forge.
 */
export async function submitReview(
  context: LocalContext,
  place: Place,
  number: number,
  input: {
    readonly state: Exclude<LocalReview["state"], "dismissed">;
    readonly body: string;
    readonly comments: readonly InlineInput[];
  },
): Promise<LocalReview> {
  const { repository, actor } = place;
  const pull = await getPull(context, place, number);
  // Locates all comments before the first write, so that an invalid comment prevents the whole review.
  const places = [];
  for (const comment of input.comments) places.push(await placeInline(place, pull, comment));
  const review = await context.records.reviews.insert({
    repositoryId: repository.id,
    number,
    state: input.state,
    body: input.body,
    author: actor.user,
    commitSha: pull.headSha,
  });
  const comments = [];
  for (const [index, { body }] of input.comments.entries())
    comments.push(
      await context.records.comments.insert({
        repositoryId: repository.id,
        number,
        kind: "inline",
        body,
        author: actor.user,
        place: places[index]!,
        reviewId: review.id,
        replyTo: null,
      }),
    );
  // Removes the author from the requested reviewers. Also updates the pull request if the author was not requested.
  const reviewers = pull.reviewers.filter(({ id }) => id !== actor.user.id);
  await context.records.pulls.update(repository.id, number, { reviewers });
  await context.publish(repository, actor.user, { about: "review", review, pull });
  for (const comment of comments)
    await context.publish(repository, actor.user, { about: "comment", action: "created", comment });
  return review;
}

export async function changeReview(
  context: LocalContext,
  place: Place,
  id: number,
  body: string,
): Promise<LocalReview> {
  const review = await context.records.reviews.update(place.repository.id, id, body);
  if (review === null) throw noSuch(place, "review", id);
  return review;
}
