import { z } from "zod";
import type { ForgeComment, ForgeThread, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { latestOf, pageSize, pagesOf } from "../api/latest-pages.ts";
import { askReviews } from "../pull-request/ask-reviews.ts";
import { comment as commentReader, inlineComment } from "../read/comment.ts";
import { readAnswer } from "../read/read.ts";
import { reviewComment, review as reviewReader } from "../read/review.ts";
import { named } from "../repository/named.ts";

const maxComments = 500;

/**
 * Lists the latest 500 comments, oldest first. They include comments in the thread, inline comments and reviews, which GitHub lists
 * separately.
 */
export async function listComments(
  client: GithubClient,
  ref: RepositoryRef,
  thread: ForgeThread,
): Promise<readonly ForgeComment[]> {
  const below = await listBelow(client, ref, thread.number);
  if (thread.kind === "issue") return below;
  const inline = await listInline(client, ref, thread.number);
  const reviews = readAnswer(z.array(reviewReader), await askReviews(client, ref, thread.number));
  const summaries = reviews.flatMap((review) =>
    review === null || review.body.trim() === "" ? [] : [reviewComment(review)],
  );
  return [...below, ...inline, ...summaries].sort(byAge).slice(-maxComments);
}

/**
 * Compares by time, then by ID. GitHub's times have a resolution of one second, and all comments of a review have the same time. Later
 * comments have higher IDs.
 */
function byAge(one: ForgeComment, other: ForgeComment): number {
  return one.createdAt.getTime() - other.createdAt.getTime() || Number(one.id) - Number(other.id);
}

async function listBelow(client: GithubClient, ref: RepositoryRef, number: number): Promise<ForgeComment[]> {
  const found = await latestOf<unknown>(maxComments, (page) =>
    client.askIn(ref, `list the comments of ${number} in ${named(ref)}`, (request, path) =>
      request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...path,
        issue_number: number,
        per_page: pageSize,
        page,
      }),
    ),
  );
  return readAnswer(z.array(commentReader), found);
}

async function listInline(client: GithubClient, ref: RepositoryRef, number: number): Promise<ForgeComment[]> {
  const what = `list the inline comments of pull request ${number} of ${named(ref)}`;
  const found = await pagesOf<unknown>(maxComments / pageSize, (page) =>
    client.askIn(ref, what, (request, path) =>
      request("GET /repos/{owner}/{repo}/pulls/{pull_number}/comments", {
        ...path,
        pull_number: number,
        sort: "created",
        direction: "desc",
        per_page: pageSize,
        page,
      }),
    ),
  );
  return readAnswer(z.array(inlineComment), found).reverse();
}
