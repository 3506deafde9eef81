import { AppError } from "../../../core/base/index.ts";
import type { ForgePullRequests } from "../../../core/forges/index.ts";
import type { Place } from "../context.ts";
import { toIssue, toPullRequest, toReview } from "../events/reading.ts";
import { changePullRequest } from "../operations/change-pull-request.ts";
import { type SeenPullRequest, withHead } from "../operations/heads.ts";
import { mergePullRequest } from "../operations/merge-pull-request.ts";
import { openPullRequest } from "../operations/open-pull-request.ts";
import { reviewShape } from "../shapes/comment.ts";
import { issueShape } from "../shapes/issue.ts";
import { pullShape } from "../shapes/pull-request.ts";
import { type Connection, inRepository } from "./guard.ts";

const maxReviews = 500;

export function pullRequests(connection: Connection): ForgePullRequests {
  const { context } = connection;
  const describe = async (place: Place, pull: SeenPullRequest) =>
    toPullRequest(await pullShape(context, place, pull));

  return {
    findPullRequest: (repository, head, base) =>
      inRepository(connection, repository, async (place) => {
        const pull = await context.records.pulls.findOpen(place.repository.id, head, base);
        return pull && describe(place, await withHead(context, place, pull));
      }),

    findPullRequestByNumber: (repository, number) =>
      inRepository(connection, repository, async (place) => {
        const pull = await context.records.pulls.find(place.repository.id, number);
        return pull && describe(place, await withHead(context, place, pull));
      }),

    createPullRequest: (repository, input) =>
      inRepository(connection, repository, async (place) => {
        const opened = await openPullRequest(context, place, input);
        if (opened.outcome === "nothing") return null;
        if (opened.outcome !== "missing") return describe(place, opened.pull);
        const name = `${place.repository.owner}/${place.repository.name}`;
        throw new AppError(
          "forge_failed",
          `The branch "${opened.branch}" does not exist in ${name}. Push it first.`,
        );
      }),

    updatePullRequest: (repository, number, change) =>
      inRepository(connection, repository, async (place) =>
        describe(place, await changePullRequest(context, place, number, change)),
      ),

    mergePullRequest: (repository, number, input) =>
      inRepository(connection, repository, async (place) => {
        const merged = await mergePullRequest(context, place, number, input);
        if (merged.outcome === "merged") return { sha: merged.sha };
        throw new AppError("conflict", merged.sentence);
      }),

    listReviews: (repository, number) =>
      inRepository(connection, repository, async (place) => {
        const reviews = await context.records.reviews.list(place.repository.id, number, {
          skip: 0,
          limit: maxReviews,
        });
        return reviews.map((review) => toReview(reviewShape(context, place.repository, review)));
      }),

    findIssue: (repository, number) =>
      inRepository(connection, repository, async (place) => {
        const issue = await context.records.issues.find(place.repository.id, number);
        return issue && toIssue(issueShape(context, place.repository, issue, 0));
      }),
  };
}
