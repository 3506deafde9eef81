import type { ForgePullRequest, ForgePullRequestChange, RepositoryRef } from "../../../core/forges/index.ts";
import { type GitlabClient, projectOf } from "../client/gitlab-client.ts";
import { type GitlabMergeRequest, titleWithDraft, toPullRequest } from "./merge-request.ts";

/** Each is a request of its own. */
const mostReviewers = 20;

/** Changes what is given and differs; draft and title are one field in GitLab. */
export async function updatePullRequest(
  client: GitlabClient,
  repository: RepositoryRef,
  number: number,
  change: ForgePullRequestChange,
): Promise<ForgePullRequest> {
  const project = projectOf(repository);
  const current = (await client.mergeRequests.show(project, number)) as unknown as GitlabMergeRequest;
  const edit = { ...editOf(toPullRequest(current), change), ...(await reviewersOf(client, current, change)) };
  if (Object.keys(edit).length === 0) return toPullRequest(current);
  const changed = await client.mergeRequests.edit(project, number, edit);
  return toPullRequest(changed as unknown as GitlabMergeRequest);
}

function editOf(current: ForgePullRequest, change: ForgePullRequestChange) {
  const title = change.title ?? current.title;
  const isDraft = change.isDraft ?? current.isDraft;
  const hasNewTitle = title !== current.title || isDraft !== current.isDraft;
  return {
    ...(hasNewTitle && { title: titleWithDraft(title, isDraft) }),
    ...(change.body !== undefined && { description: change.body }),
    ...(change.base !== undefined && change.base !== current.base && { targetBranch: change.base }),
    ...(change.labels !== undefined && change.labels.length > 0 && { addLabels: change.labels.join(",") }),
    // GitLab refuses to close what is closed, and to open what is merged.
    ...(change.status !== undefined &&
      change.status !== current.status && {
        stateEvent: change.status === "closed" ? ("close" as const) : ("reopen" as const),
      }),
  };
}

/** GitLab knows reviewers by id, and leaves out those who may not see the merge request. */
async function reviewersOf(
  client: GitlabClient,
  current: GitlabMergeRequest,
  { reviewers = [] }: ForgePullRequestChange,
) {
  const had = (current.reviewers ?? []).map(({ id }) => id);
  const found = await Promise.all(
    reviewers.slice(0, mostReviewers).map((username) => client.users.all({ username })),
  );
  const added = found
    .flatMap((users) => users.slice(0, 1).map(({ id }) => id))
    .filter((id) => !had.includes(id));
  return added.length === 0 ? {} : { reviewerIds: [...had, ...added] };
}
