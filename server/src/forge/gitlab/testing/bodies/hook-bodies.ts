import type {
  FakeDiscussion,
  FakeIssue,
  FakeMergeRequest,
  FakeNote,
  FakeProject,
  FakeUser,
} from "../fake-records.ts";
import type { FakeGitlab } from "../fake-state.ts";
import { fullPath, mergeStatus, webUrlOf } from "./api-bodies.ts";

/** Formats a time as "2015-05-17 18:21:36 UTC", without fractions of a second, as GitLab does in webhooks. */
export const at = (date: Date) => `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;

export const user = ({ id, name, username }: FakeUser) => ({
  id,
  name,
  username,
  avatar_url: null,
  email: "[REDACTED]",
});

const place = (fake: FakeGitlab, project: FakeProject) => ({
  name: project.path,
  description: "",
  web_url: webUrlOf(fake, project),
  avatar_url: null,
  git_ssh_url: `git@127.0.0.1:${fullPath(project)}.git`,
  git_http_url: `${webUrlOf(fake, project)}.git`,
  namespace: project.namespace,
  visibility_level: 0,
  path_with_namespace: fullPath(project),
  default_branch: project.defaultBranch,
  homepage: webUrlOf(fake, project),
  url: `git@127.0.0.1:${fullPath(project)}.git`,
  ssh_url: `git@127.0.0.1:${fullPath(project)}.git`,
  http_url: `${webUrlOf(fake, project)}.git`,
});

export const withId = (fake: FakeGitlab, project: FakeProject) => ({
  id: project.id,
  ...place(fake, project),
});

export const repository = (fake: FakeGitlab, project: FakeProject) => ({
  name: project.path,
  url: `git@127.0.0.1:${fullPath(project)}.git`,
  description: "",
  homepage: webUrlOf(fake, project),
});

const labels = (names: Iterable<string>) =>
  [...names].map((title, index) => ({ id: index + 1, title, color: "#ffffff", type: "ProjectLabel" }));

export const commit = (fake: FakeGitlab, project: FakeProject, sha: string) => ({
  id: sha,
  message: "Change it",
  title: "Change it",
  timestamp: new Date().toISOString(),
  url: `${webUrlOf(fake, project)}/-/commit/${sha}`,
  author: { name: "Ada", email: "ada@example.com" },
});

export async function mergeRequestHook(
  fake: FakeGitlab,
  project: FakeProject,
  mr: FakeMergeRequest,
  act: {
    readonly by: FakeUser;
    readonly action: string;
    readonly oldrev?: string;
    readonly changes?: object;
  },
) {
  const reviewers = [...mr.reviewers.values()];
  return {
    object_kind: "merge_request",
    event_type: "merge_request",
    user: user(act.by),
    project: withId(fake, project),
    repository: repository(fake, project),
    object_attributes: {
      ...(await mergeRequest(fake, project, mr)),
      url: `${webUrlOf(fake, project)}/-/merge_requests/${mr.iid}`,
      assignee_ids: [],
      reviewer_ids: reviewers.map((one) => one.user.id),
      blocking_discussions_resolved: true,
      first_contribution: false,
      labels: labels(mr.labels),
      action: act.action,
      ...(act.oldrev !== undefined && { oldrev: act.oldrev }),
    },
    labels: labels(mr.labels),
    changes: act.changes ?? {},
    ...(reviewers.length > 0 && { reviewers: reviewers.map((one) => user(one.user)) }),
  };
}

async function mergeRequest(fake: FakeGitlab, project: FakeProject, mr: FakeMergeRequest) {
  return {
    id: mr.id,
    iid: mr.iid,
    target_branch: mr.targetBranch,
    source_branch: mr.sourceBranch,
    source_project_id: project.id,
    author_id: mr.author.id,
    assignee_id: null,
    title: mr.title,
    created_at: at(mr.createdAt),
    updated_at: at(mr.updatedAt),
    milestone_id: null,
    state: mr.state,
    work_in_progress: /^draft:/i.test(mr.title),
    merge_status: "unchecked",
    target_project_id: project.id,
    description: mr.description,
    source: place(fake, project),
    target: place(fake, project),
    last_commit: commit(fake, project, mr.sha),
    detailed_merge_status: await mergeStatus(fake, project, mr),
  };
}

const issue = (project: FakeProject, one: FakeIssue) => ({
  id: one.id,
  iid: one.iid,
  title: one.title,
  assignee_ids: [],
  assignee_id: null,
  author_id: one.author.id,
  project_id: project.id,
  created_at: at(one.createdAt),
  updated_at: at(one.updatedAt),
  description: one.description,
  milestone_id: null,
  state: one.state,
  total_time_spent: 0,
  human_total_time_spent: null,
  human_time_estimate: null,
  labels: [],
});

export function issueHook(
  fake: FakeGitlab,
  project: FakeProject,
  one: FakeIssue,
  act: { readonly by: FakeUser; readonly action: string },
) {
  return {
    object_kind: "issue",
    event_type: "issue",
    user: user(act.by),
    project: withId(fake, project),
    object_attributes: {
      ...issue(project, one),
      confidential: false,
      url: `${webUrlOf(fake, project)}/-/issues/${one.iid}`,
      action: act.action,
    },
    repository: repository(fake, project),
    labels: [],
    changes: {},
  };
}

export async function noteHook(
  fake: FakeGitlab,
  project: FakeProject,
  on: FakeMergeRequest | FakeIssue,
  { discussion, note, action }: { discussion: FakeDiscussion; note: FakeNote; action: "create" | "update" },
) {
  const path = on.kind === "Issue" ? "issues" : "merge_requests";
  return {
    object_kind: "note",
    event_type: "note",
    user: user(note.author),
    project_id: project.id,
    project: withId(fake, project),
    repository: repository(fake, project),
    object_attributes: {
      id: note.id,
      note: note.body,
      noteable_type: on.kind,
      author_id: note.author.id,
      created_at: at(note.createdAt),
      updated_at: at(note.updatedAt),
      project_id: project.id,
      attachment: null,
      line_code: note.position === null ? null : `${"0".repeat(40)}_0_${note.position.new_line}`,
      commit_id: "",
      noteable_id: on.id,
      system: note.isSystem,
      st_diff: null,
      type: note.type,
      discussion_id: discussion.id,
      position: note.position,
      original_position: note.position,
      action,
      url: `${webUrlOf(fake, project)}/-/${path}/${on.iid}#note_${note.id}`,
    },
    ...(on.kind === "Issue"
      ? { issue: issue(project, on) }
      : { merge_request: { ...(await mergeRequest(fake, project, on)), labels: labels(on.labels) } }),
  };
}

export function pushHook(
  fake: FakeGitlab,
  project: FakeProject,
  push: { readonly by: FakeUser; readonly ref: string; readonly before: string; readonly after: string },
) {
  const isTag = push.ref.startsWith("refs/tags/");
  return {
    object_kind: isTag ? "tag_push" : "push",
    event_name: isTag ? "tag_push" : "push",
    before: push.before,
    after: push.after,
    ref: push.ref,
    checkout_sha: /^0+$/.test(push.after) ? null : push.after,
    user_id: push.by.id,
    user_name: push.by.name,
    user_username: push.by.username,
    user_email: "",
    user_avatar: null,
    project_id: project.id,
    project: withId(fake, project),
    repository: repository(fake, project),
    commits: [],
    total_commits_count: 0,
  };
}
