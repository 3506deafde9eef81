import { z } from "zod";
import type { ForgeEvent, ForgePullRequest } from "../../../core/forges/index.ts";
import { pageSize, pagesOf } from "../api/latest-pages.ts";
import { askReviews } from "../pull-request/ask-reviews.ts";
import { pullRequest } from "../read/pull-request.ts";
import { readAnswer, time } from "../read/read.ts";
import { review as reviewReader } from "../read/review.ts";
import { named } from "../repository/named.ts";
import { maxPollPages, type Poll } from "./poll.ts";

/** Maximum number of pull requests whose reviews are read, most recently changed first. Each pull request requires a separate request. */
const maxReviewed = 30;

const dates = z.object({ updated_at: time, closed_at: time.nullish() });

/** Returns the events of changed pull requests and their new reviews. */
export async function pullRequestsSince(poll: Poll): Promise<readonly ForgeEvent[]> {
  const { client, ref, since, signal } = poll;
  const isOld = (page: readonly unknown[]) =>
    readAnswer(z.array(dates), page).some(({ updated_at }) => updated_at < since);
  const found = await pagesOf<unknown>(
    maxPollPages,
    (page) =>
      client.askIn(ref, `list the pull requests of ${named(ref)}`, (request, path) =>
        request("GET /repos/{owner}/{repo}/pulls", {
          ...path,
          state: "all",
          sort: "updated",
          direction: "desc",
          per_page: pageSize,
          page,
          request: { signal },
        }),
      ),
    isOld,
  );
  const changed = found
    .map((raw) => ({ one: readAnswer(pullRequest, raw), closedAt: readAnswer(dates, raw).closed_at ?? null }))
    .filter(({ one }) => one.updatedAt >= since);
  const events = changed.flatMap(({ one, closedAt }) => eventsOf(poll, one, closedAt));
  for (const { one } of changed.slice(0, maxReviewed)) events.push(...(await reviewsOf(poll, one.number)));
  return events;
}

/**
 * Returns the events of a pull request. The list contains states instead of changes, so any change other than opening, merging and closing
 * becomes `updated`.
 */
function eventsOf({ repository, since }: Poll, one: ForgePullRequest, closedAt: Date | null): ForgeEvent[] {
  const events: ForgeEvent[] = [];
  if (one.createdAt >= since) {
    const at = one.createdAt;
    events.push({ type: "pullRequest.opened", repository, actor: one.author, at, pullRequest: one });
  }
  if (one.mergedAt !== null && one.mergedAt >= since) {
    events.push({ type: "pullRequest.merged", repository, actor: null, at: one.mergedAt, pullRequest: one });
  } else if (one.status === "closed" && closedAt !== null && closedAt >= since) {
    events.push({ type: "pullRequest.closed", repository, actor: null, at: closedAt, pullRequest: one });
  }
  if (events.length === 0) {
    events.push({
      type: "pullRequest.updated",
      repository,
      actor: null,
      at: one.updatedAt,
      pullRequest: one,
    });
  }
  return events;
}

async function reviewsOf(
  { client, ref, repository, since, signal }: Poll,
  number: number,
): Promise<ForgeEvent[]> {
  const reviews = readAnswer(z.array(reviewReader), await askReviews(client, ref, number, signal));
  return reviews.flatMap((review): ForgeEvent[] =>
    review === null || review.submittedAt < since
      ? []
      : [
          {
            type: "review.submitted",
            repository,
            actor: review.author,
            at: review.submittedAt,
            number,
            review,
          },
        ],
  );
}
