import type { ForgePullRequest, ForgePullRequestChange, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { statusOf } from "../api/refusal.ts";
import { pullRequest, pullRequestDetails } from "../read/pull-request.ts";
import { readAnswer } from "../read/read.ts";
import { named } from "../repository/named.ts";
import { convertToDraft, markReady } from "./draft-documents.ts";
import { askPullRequest } from "./find-pull-request.ts";

/** Updates a pull request. Uses a separate endpoint for each kind of change. Returns the pull request after all changes. */
export async function updatePullRequest(
  client: GithubClient,
  ref: RepositoryRef,
  number: number,
  change: ForgePullRequestChange,
): Promise<ForgePullRequest> {
  await changeFields(client, ref, number, change);
  if (change.isDraft !== undefined) await changeDraft(client, ref, number, change.isDraft);
  if (change.labels?.length) await addLabels(client, ref, number, change.labels);
  if (change.reviewers?.length) await addReviewers(client, ref, number, change.reviewers);
  const { data } = await askPullRequest(client, ref, number);
  return readAnswer(pullRequest, data);
}

async function changeFields(
  client: GithubClient,
  ref: RepositoryRef,
  number: number,
  { title, body, base, status }: ForgePullRequestChange,
): Promise<void> {
  const fields = {
    ...(title !== undefined && { title }),
    ...(body !== undefined && { body }),
    ...(base !== undefined && { base }),
    ...(status !== undefined && { state: status }),
  };
  if (Object.keys(fields).length === 0) return;
  await client.askIn(ref, `change pull request ${number} of ${named(ref)}`, (request, path) =>
    request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", { ...path, pull_number: number, ...fields }),
  );
}

/** Changes the draft state through GraphQL, because the REST API has no endpoint for it. */
async function changeDraft(
  client: GithubClient,
  ref: RepositoryRef,
  number: number,
  isDraft: boolean,
): Promise<void> {
  const { data } = await askPullRequest(client, ref, number);
  if (readAnswer(pullRequest, data).isDraft === isDraft) return;
  const { nodeId } = readAnswer(pullRequestDetails, data);
  const what = `make pull request ${number} of ${named(ref)} ${isDraft ? "a draft" : "ready for review"}`;
  await client.graphql(what, isDraft ? convertToDraft : markReady, { pullRequestId: nodeId });
}

async function addLabels(
  client: GithubClient,
  ref: RepositoryRef,
  number: number,
  labels: readonly string[],
): Promise<void> {
  await client.askIn(ref, `label pull request ${number} of ${named(ref)}`, (request, path) =>
    request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
      ...path,
      issue_number: number,
      labels: [...labels],
    }),
  );
}

/**
 * Requests reviewers. If a single reviewer is ineligible, GitHub rejects the whole request, so this function then requests each reviewer
 * separately and ignores ineligible reviewers.
 */
async function addReviewers(
  client: GithubClient,
  ref: RepositoryRef,
  number: number,
  reviewers: readonly string[],
): Promise<void> {
  const add = async (logins: readonly string[]) => {
    try {
      const what = `ask for a review of pull request ${number} of ${named(ref)}`;
      await client.askIn(ref, what, (request, path) =>
        request("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
          ...path,
          pull_number: number,
          reviewers: [...logins],
        }),
      );
      return true;
    } catch (error) {
      if (statusOf(error) === 422) return false;
      throw error;
    }
  };
  if ((await add(reviewers)) || reviewers.length === 1) return;
  for (const login of reviewers) await add([login]);
}
