import type { LocalIssue, LocalPullRequest, LocalRepository } from "../../../core/forges/index.ts";
import type { LocalContext } from "../context.ts";
import { accountUser, numberOfText } from "../people.ts";
import { nodeId } from "./node-id.ts";
import { repositoryApi, repositoryWeb } from "./repository.ts";
import { userShape } from "./user.ts";

export function labelShape(
  context: Pick<LocalContext, "publicUrl">,
  repository: LocalRepository,
  name: string,
) {
  const id = numberOfText(`${repository.id}:${name}`);
  return {
    id,
    node_id: `LA_${id}`,
    url: `${repositoryApi(context, repository)}/labels/${encodeURIComponent(name)}`,
    name,
    description: "",
    color: "ededed",
    default: false,
  };
}

/** Returns an issue in the format of GitHub's "issue". A pull request is also an issue, with the field `pull_request`. */
export function issueShape(
  context: LocalContext,
  repository: LocalRepository,
  thread: LocalIssue | LocalPullRequest,
  comments: number,
) {
  const api = repositoryApi(context, repository);
  const own = `${api}/issues/${thread.number}`;
  const isPull = "head" in thread;
  const html = `${repositoryWeb(context, repository)}/${isPull ? "pull" : "issues"}/${thread.number}`;
  const pull = isPull
    ? {
        draft: thread.isDraft,
        pull_request: {
          url: `${api}/pulls/${thread.number}`,
          html_url: html,
          diff_url: `${html}.diff`,
          patch_url: `${html}.patch`,
          merged_at: thread.mergedAt?.toISOString() ?? null,
        },
      }
    : {};
  return {
    id: thread.id,
    node_id: nodeId(isPull ? "PR" : "I", repository, thread.number),
    url: own,
    repository_url: api,
    labels_url: `${own}/labels{/name}`,
    comments_url: `${own}/comments`,
    events_url: `${own}/events`,
    timeline_url: `${own}/timeline`,
    html_url: html,
    number: thread.number,
    state: thread.status === "open" ? "open" : "closed",
    state_reason: thread.status === "closed" ? ("completed" as const) : null,
    title: thread.title,
    body: thread.body,
    user: userShape(context, thread.author ?? accountUser(context)),
    labels: thread.labels.map((label) => labelShape(context, repository, label)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments,
    closed_at: thread.closedAt?.toISOString() ?? null,
    created_at: thread.createdAt.toISOString(),
    updated_at: thread.updatedAt.toISOString(),
    closed_by: null,
    author_association: "MEMBER" as const,
    performed_via_github_app: null,
    reactions: noReactions(`${own}/reactions`),
    ...pull,
  };
}

/** Returns GitHub's reaction summary with no reactions, because reactions have a separate endpoint. */
export const noReactions = (url: string) => ({
  url,
  total_count: 0,
  "+1": 0,
  "-1": 0,
  laugh: 0,
  confused: 0,
  heart: 0,
  hooray: 0,
  eyes: 0,
  rocket: 0,
});
