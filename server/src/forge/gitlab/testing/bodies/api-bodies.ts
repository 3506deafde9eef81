import { repositoryGit } from "../../../local/repository-git.ts";
import type {
  FakeActivity,
  FakeDiscussion,
  FakeIssue,
  FakeMergeRequest,
  FakeNote,
  FakePipeline,
  FakeProject,
  FakeStatus,
  FakeUser,
} from "../fake-records.ts";
import type { FakeGitlab } from "../fake-state.ts";

export const fullPath = (project: FakeProject) => `${project.namespace}/${project.path}`;
export const webUrlOf = (fake: FakeGitlab, project: FakeProject) => `${fake.url}/${fullPath(project)}`;

export const user = (fake: FakeGitlab, { id, username, name }: FakeUser) => ({
  id,
  username,
  name,
  state: "active",
  locked: false,
  avatar_url: null,
  web_url: `${fake.url}/${username}`,
});

export async function project(fake: FakeGitlab, one: FakeProject, viewer: FakeUser) {
  const level = one.members.get(viewer.id);
  const branches = await fake.git.branches(one.git.owner, one.git.name);
  return {
    id: one.id,
    description: null,
    name: one.path,
    name_with_namespace: `${one.namespace.replaceAll("/", " / ")} / ${one.path}`,
    path: one.path,
    path_with_namespace: fullPath(one),
    default_branch: one.defaultBranch,
    ssh_url_to_repo: `git@127.0.0.1:${fullPath(one)}.git`,
    http_url_to_repo: `${webUrlOf(fake, one)}.git`,
    web_url: webUrlOf(fake, one),
    namespace: {
      id: 1,
      name: one.namespace,
      path: one.namespace.split("/").at(-1),
      kind: "group",
      full_path: one.namespace,
    },
    archived: one.isArchived,
    empty_repo: branches.size === 0,
    visibility: "private",
    merge_method: "merge",
    permissions: {
      project_access: level === undefined ? null : { access_level: level, notification_level: 3 },
      group_access: null,
    },
  };
}

/** Returns the `detailed_merge_status`. GitLab determines this status some time after the first request. */
export async function mergeStatus(fake: FakeGitlab, one: FakeProject, mr: FakeMergeRequest): Promise<string> {
  if (mr.state !== "opened") return "not_open";
  const { owner, name } = one.git;
  const base = await fake.git.branchSha(owner, name, mr.targetBranch);
  if (mr.checkedFor !== `${mr.sha} ${base}`) return "unchecked";
  if (/^\s*draft:/i.test(mr.title)) return "draft_status";
  if (base === null) return "broken_status";
  const asked = ["--git-dir", fake.git.path(owner, name), "merge-tree", "--write-tree", base, mr.sha];
  return (await repositoryGit(asked, [1])).code === 0 ? "mergeable" : "conflict";
}

export async function mergeRequest(fake: FakeGitlab, one: FakeProject, mr: FakeMergeRequest) {
  const status = await mergeStatus(fake, one, mr);
  return {
    id: mr.id,
    iid: mr.iid,
    project_id: one.id,
    title: mr.title,
    description: mr.description,
    state: mr.state,
    created_at: mr.createdAt.toISOString(),
    updated_at: mr.updatedAt.toISOString(),
    merged_at: mr.mergedAt?.toISOString() ?? null,
    closed_at: null,
    target_branch: mr.targetBranch,
    source_branch: mr.sourceBranch,
    author: user(fake, mr.author),
    assignees: [],
    assignee: null,
    reviewers: [...mr.reviewers.values()].map((reviewer) => user(fake, reviewer.user)),
    source_project_id: one.id,
    target_project_id: one.id,
    labels: [...mr.labels],
    draft: /^\s*draft:/i.test(mr.title),
    work_in_progress: /^\s*draft:/i.test(mr.title),
    detailed_merge_status: status,
    merge_status: status === "mergeable" ? "can_be_merged" : "unchecked",
    sha: mr.sha,
    merge_commit_sha: mr.mergeCommitSha,
    squash_commit_sha: null,
    has_conflicts: status === "conflict",
    web_url: `${webUrlOf(fake, one)}/-/merge_requests/${mr.iid}`,
  };
}

export const issue = (fake: FakeGitlab, one: FakeProject, found: FakeIssue) => ({
  id: found.id,
  iid: found.iid,
  project_id: one.id,
  title: found.title,
  description: found.description,
  state: found.state,
  created_at: found.createdAt.toISOString(),
  updated_at: found.updatedAt.toISOString(),
  labels: [],
  author: user(fake, found.author),
  confidential: false,
  type: "ISSUE",
  web_url: `${webUrlOf(fake, one)}/-/issues/${found.iid}`,
});

export const note = (fake: FakeGitlab, on: FakeMergeRequest | FakeIssue, one: FakeNote) => ({
  id: one.id,
  type: one.type,
  body: one.body,
  author: user(fake, one.author),
  created_at: one.createdAt.toISOString(),
  updated_at: one.updatedAt.toISOString(),
  system: one.isSystem,
  noteable_id: on.id,
  noteable_type: on.kind,
  noteable_iid: on.iid,
  resolvable: one.position !== null,
  confidential: false,
  internal: false,
  ...(one.position !== null && { position: one.position }),
});

export const discussion = (fake: FakeGitlab, on: FakeMergeRequest | FakeIssue, one: FakeDiscussion) => ({
  id: one.id,
  individual_note: one.isIndividual,
  notes: one.notes.map((found) => note(fake, on, found)),
});

export const status = (fake: FakeGitlab, one: FakeProject, found: FakeStatus) => ({
  id: found.id,
  sha: found.sha,
  ref: found.ref,
  status: found.status,
  name: found.name,
  target_url: found.kind === "build" ? `${webUrlOf(fake, one)}/-/jobs/${found.id}` : null,
  description: found.description,
  created_at: found.createdAt.toISOString(),
  allow_failure: false,
  coverage: null,
  pipeline_id: found.pipelineId,
});

export const pipeline = (fake: FakeGitlab, one: FakeProject, found: FakePipeline) => ({
  id: found.id,
  iid: found.id,
  project_id: one.id,
  sha: found.sha,
  ref: found.ref,
  status: found.status,
  source: "push",
  name: null,
  created_at: found.createdAt.toISOString(),
  updated_at: found.updatedAt.toISOString(),
  web_url: `${webUrlOf(fake, one)}/-/pipelines/${found.id}`,
});

export const activity = (fake: FakeGitlab, one: FakeProject, found: FakeActivity) => ({
  id: found.id,
  project_id: one.id,
  action_name: found.action_name,
  target_id: found.target_iid,
  target_iid: found.target_iid,
  target_type: found.target_type,
  author_id: found.author.id,
  author: user(fake, found.author),
  author_username: found.author.username,
  created_at: found.createdAt.toISOString(),
  ...(found.note !== undefined && { note: note(fake, found.note.on, found.note.note) }),
  ...(found.push_data !== undefined && { push_data: found.push_data }),
});
