import { z } from "zod";
import type { ForgePullRequest, ForgePullRequestChange, RepositoryRef } from "../../../core/forges/index.ts";
import type { GitlabClient } from "../client/gitlab-client.ts";
import {
  apiMergeRequestSchema,
  type GitlabMergeRequest,
  mergeRequestPath,
  titleWithDraft,
  toPullRequest,
} from "./merge-request.ts";

/** Maximum number of reviewers per change. Looking up each reviewer requires a separate request. */
const maxReviewers = 20;

const foundUserSchema = z.object({ id: z.number().int() });

/** Updates a pull request. Omits an unchanged title, draft state, base or status from the request. GitLab stores the draft state in the title. */
export async function updatePullRequest(
  client: GitlabClient,
  repository: RepositoryRef,
  number: number,
  change: ForgePullRequestChange,
): Promise<ForgePullRequest> {
  const path = mergeRequestPath(repository, number);
  const current = await client.read(apiMergeRequestSchema, { path });
  const body = { ...editOf(toPullRequest(current), change), ...(await reviewersOf(client, current, change)) };
  if (Object.keys(body).length === 0) return toPullRequest(current);
  return toPullRequest(await client.read(apiMergeRequestSchema, { method: "PUT", path, body }));
}

function editOf(current: ForgePullRequest, change: ForgePullRequestChange) {
  const title = change.title ?? current.title;
  const isDraft = change.isDraft ?? current.isDraft;
  const hasNewTitle = title !== current.title || isDraft !== current.isDraft;
  return {
    ...(hasNewTitle && { title: titleWithDraft(title, isDraft) }),
    ...(change.body !== undefined && { description: change.body }),
    ...(change.base !== undefined && change.base !== current.base && { target_branch: change.base }),
    ...(change.labels !== undefined && change.labels.length > 0 && { add_labels: change.labels.join(",") }),
    // GitLab rejects a request to close a closed merge request or to reopen a merged one.
    ...(change.status !== undefined &&
      change.status !== current.status && {
        state_event: change.status === "closed" ? "close" : "reopen",
      }),
  };
}

/**
 * Returns the request field with the current and the added reviewers, or no field if no reviewer is added. GitLab identifies reviewers by
 * ID, and ignores users who cannot see the merge request.
 */
async function reviewersOf(
  client: GitlabClient,
  current: GitlabMergeRequest,
  { reviewers = [] }: ForgePullRequestChange,
) {
  const had = (current.reviewers ?? []).map(({ id }) => id);
  const found = await Promise.all(
    reviewers
      .slice(0, maxReviewers)
      .map((username) => client.list(foundUserSchema, { path: "users", query: { username } })),
  );
  const added = found
    .flatMap((users) => users.slice(0, 1).map(({ id }) => id))
    .filter((id) => !had.includes(id));
  return added.length === 0 ? {} : { reviewer_ids: [...had, ...added] };
}
