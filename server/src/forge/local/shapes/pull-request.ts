import type { LocalPullRequest } from "../../../core/forges/index.ts";
import type { LocalContext, Place } from "../context.ts";
import { readChanges } from "../git/changes.ts";
import { countCommits } from "../git/commits.ts";
import { branchSha, conflictsBetween } from "../git/plumbing.ts";
import { baseOf } from "../operations/conversations.ts";
import type { SeenPullRequest } from "../operations/heads.ts";
import { accountUser } from "../people.ts";
import { labelShape } from "./issue.ts";
import { nodeId } from "./node-id.ts";
import { repositoryApi, repositoryShape, repositoryWeb } from "./repository.ts";
import { ownerShape, userShape } from "./user.ts";

/** Returns a pull request in the format of GitHub's "simple pull request", which is used in lists. */
export function simplePullShape(
  context: Pick<LocalContext, "publicUrl">,
  { repository }: Pick<Place, "repository">,
  pull: LocalPullRequest,
) {
  const api = repositoryApi(context, repository);
  const own = `${api}/pulls/${pull.number}`;
  const issue = `${api}/issues/${pull.number}`;
  const html = `${repositoryWeb(context, repository)}/pull/${pull.number}`;
  const side = (ref: string, sha: string | null) => ({
    label: `${repository.owner}:${ref}`,
    ref,
    repo: repositoryShape(context, repository),
    sha: sha ?? "",
    user: ownerShape(context, repository.owner),
  });
  const links = {
    self: own,
    html,
    issue,
    comments: `${issue}/comments`,
    review_comments: `${own}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${own}/commits`,
    statuses: `${api}/statuses/${pull.headSha ?? ""}`,
  };
  const hrefs = Object.fromEntries(Object.entries(links).map(([key, href]) => [key, { href }]));
  return {
    url: own,
    id: pull.id,
    node_id: nodeId("PR", repository, pull.number),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    number: pull.number,
    state: pull.status === "open" ? ("open" as const) : ("closed" as const),
    locked: false,
    title: pull.title,
    user: userShape(context, pull.author ?? accountUser(context)),
    body: pull.body,
    labels: pull.labels.map((label) => labelShape(context, repository, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: pull.createdAt.toISOString(),
    updated_at: pull.updatedAt.toISOString(),
    closed_at: pull.closedAt?.toISOString() ?? null,
    merged_at: pull.mergedAt?.toISOString() ?? null,
    merge_commit_sha: pull.status === "merged" ? pull.mergeSha : null,
    assignee: null,
    assignees: [],
    requested_reviewers: pull.reviewers.map((user) => userShape(context, user)),
    requested_teams: [],
    head: side(pull.head, pull.headSha),
    base: side(pull.base, pull.baseSha),
    _links: hrefs as Record<keyof typeof links, { href: string }>,
    author_association: "MEMBER" as const,
    auto_merge: null,
    draft: pull.isDraft,
  };
}

/** Returns a pull request in GitHub's full format, including data from git and the conversation. */
export async function pullShape(context: LocalContext, place: Place, pull: SeenPullRequest) {
  const { gitDir, repository } = place;
  const base = await baseOf(gitDir, pull);
  const [files, commits, comments, mergeability] = await Promise.all([
    readChanges(gitDir, base, pull.headSha),
    base === null ? 0 : countCommits(gitDir, base, pull.headSha),
    context.records.comments.count(repository.id, pull.number),
    mergeabilityOf(gitDir, pull),
  ]);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  return {
    ...simplePullShape(context, place, pull),
    merged: pull.status === "merged",
    merged_by: pull.mergedBy && userShape(context, pull.mergedBy),
    ...mergeability,
    comments: comments.comment,
    review_comments: comments.inline,
    maintainer_can_modify: false,
    commits,
    additions: sum(files.map((file) => file.additions)),
    deletions: sum(files.map((file) => file.deletions)),
    changed_files: files.length,
  };
}
export type PullShape = Awaited<ReturnType<typeof pullShape>>;

async function mergeabilityOf(gitDir: string, pull: SeenPullRequest) {
  const unknown = { mergeable: null, rebaseable: null, mergeable_state: "unknown" };
  if (pull.status !== "open") return unknown;
  const baseSha = await branchSha(gitDir, pull.base);
  if (baseSha === null) return unknown;
  const mergeable = (await conflictsBetween(gitDir, baseSha, pull.headSha)) === null;
  const state = !mergeable ? "dirty" : pull.isDraft ? "draft" : "clean";
  return { mergeable, rebaseable: mergeable, mergeable_state: state };
}
