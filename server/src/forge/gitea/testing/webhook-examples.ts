// Bodies as Gitea 1.25 and Forgejo 13 send them, written by hand from their documentation and shortened.

export const sha = "3f786850e387550fdab836ed7e6dc881de23001b";
export const none = "0".repeat(40);
const web = "https://git.example.com";

const person = (id: number, login: string) => ({
  id,
  login,
  login_name: "",
  source_id: 0,
  full_name: "",
  email: `${login}@noreply.git.example.com`,
  avatar_url: `${web}/avatars/${login}`,
  html_url: `${web}/${login}`,
  language: "",
  is_admin: false,
  last_login: "0001-01-01T00:00:00Z",
  created: "2024-01-01T00:00:00Z",
  username: login,
});

const repository = {
  id: 17,
  owner: person(1, "acme"),
  name: "app",
  full_name: "acme/app",
  description: "",
  empty: false,
  private: true,
  html_url: `${web}/acme/app`,
  clone_url: `${web}/acme/app.git`,
  default_branch: "main",
  archived: false,
  created_at: "2024-01-01T00:00:00Z",
  updated_at: "2026-11-24T11:00:00+01:00",
  permissions: { admin: true, push: true, pull: true },
};

const about = { repository, sender: person(4, "ada"), commit_id: "" };

const label = {
  id: 3,
  name: "bug",
  color: "ee0701",
  description: "",
  url: `${web}/api/v1/repos/acme/app/labels/3`,
};

const pull = (change: object) => ({
  id: 58,
  url: `${web}/acme/app/pulls/7`,
  number: 7,
  user: person(4, "ada"),
  title: "Fix it",
  body: "Because",
  labels: [label],
  milestone: null,
  assignee: null,
  assignees: null,
  requested_reviewers: null,
  state: "open",
  draft: false,
  is_locked: false,
  comments: 0,
  html_url: `${web}/acme/app/pulls/7`,
  mergeable: true,
  merged: false,
  merged_at: null,
  merge_commit_sha: null,
  merged_by: null,
  base: { label: "main", ref: "main", sha: none, repo_id: 17, repo: repository },
  head: { label: "tembo/fix", ref: "tembo/fix", sha, repo_id: 17, repo: repository },
  merge_base: none,
  due_date: null,
  created_at: "2026-11-24T10:00:00Z",
  updated_at: "2026-11-24T11:05:00+01:00",
  closed_at: null,
  ...change,
});

const issue = (isPull: boolean) => ({
  id: 58,
  url: `${web}/api/v1/repos/acme/app/issues/7`,
  html_url: `${web}/acme/app/${isPull ? "pulls" : "issues"}/7`,
  number: 7,
  user: person(4, "ada"),
  original_author: "",
  title: "It breaks",
  body: "Badly",
  labels: [],
  milestone: null,
  state: "open",
  is_locked: false,
  comments: 1,
  created_at: "2026-11-24T10:00:00Z",
  updated_at: "2026-11-24T10:05:00Z",
  closed_at: null,
  due_date: null,
  pull_request: isPull
    ? { merged: false, merged_at: null, draft: false, html_url: `${web}/acme/app/pulls/7` }
    : null,
  repository: { id: 17, name: "app", owner: "acme", full_name: "acme/app" },
});

export const pullBody = (action: string, change: object = {}) => ({
  action,
  number: 7,
  pull_request: pull(change),
  requested_reviewer: null,
  review: null,
  ...about,
});

export const commentBody = (isPull: boolean, action = "created") => ({
  action,
  issue: issue(isPull),
  comment: {
    id: 31,
    html_url: `${web}/acme/app/${isPull ? "pulls" : "issues"}/7#issuecomment-31`,
    pull_request_url: isPull ? `${web}/acme/app/pulls/7` : "",
    issue_url: isPull ? "" : `${web}/acme/app/issues/7`,
    user: person(4, "ada"),
    original_author: "",
    original_author_id: 0,
    body: "@tembo please",
    assets: [],
    created_at: "2026-11-24T10:05:00Z",
    updated_at: "2026-11-24T10:05:00Z",
  },
  ...about,
  is_pull: isPull,
});

export const reviewBody = (type: string) => ({
  ...pullBody("reviewed"),
  review: { type, content: "Not yet" },
});

export const issueBody = (action: string) => ({ action, number: 7, issue: issue(false), ...about });

export const pushBody = (change: object) => ({
  ref: "refs/heads/feature/x",
  before: "b".repeat(40),
  after: sha,
  compare_url: `${web}/acme/app/compare/b...3`,
  commits: [
    { id: sha, message: "Fix\n", author: { name: "Ada", email: "ada@example.com", username: "ada" } },
  ],
  total_commits: 1,
  head_commit: { id: sha, message: "Fix\n", timestamp: "2026-11-24T10:04:00Z" },
  pusher: person(4, "ada"),
  ...about,
  ...change,
});

export const refBody = (change: object) => ({ ...about, ...change });

export const releaseBody = (action: string) => ({
  action,
  release: {
    id: 5,
    tag_name: "v1.2.0",
    target_commitish: "main",
    name: "Version 1.2",
    body: "",
    html_url: `${web}/acme/app/releases/tag/v1.2.0`,
    draft: false,
    prerelease: false,
    created_at: "2026-11-24T10:00:00Z",
    published_at: "2026-11-24T10:00:00Z",
    author: person(4, "ada"),
    assets: [],
  },
  ...about,
});

export const repositoryBody = (action: string) => ({ action, organization: person(1, "acme"), ...about });

export const statusBody = (state: string) => ({
  commit: { id: sha, message: "Fix\n", url: `${web}/acme/app/commit/${sha}`, added: null },
  context: "build / test (push)",
  created_at: "2026-11-24T10:05:00Z",
  description: "Failing after 3s",
  id: 9,
  ...about,
  sha,
  state,
  target_url: "/acme/app/actions/runs/3/jobs/0",
  updated_at: null,
});

export const workflowRunBody = (action: string, conclusion: string) => ({
  action,
  workflow: { id: "build.yml", name: "build.yml", path: ".gitea/workflows/build.yml", state: "active" },
  workflow_run: {
    id: 3,
    url: `${web}/api/v1/repos/acme/app/actions/runs/3`,
    html_url: `${web}/acme/app/actions/runs/3`,
    display_title: "Fix",
    path: "build.yml@refs/heads/tembo/fix",
    event: "push",
    run_attempt: 0,
    run_number: 3,
    head_sha: sha,
    head_branch: "tembo/fix",
    status: action,
    conclusion,
    completed_at: "2026-11-24T10:06:00Z",
  },
  organization: person(1, "acme"),
  pull_request: null,
  ...about,
});

export const forgejoRunBody = (status: string) => ({
  action: status,
  run: {
    id: 12,
    title: "Fix",
    repository,
    workflow_id: "test.yml",
    index_in_repo: 3,
    trigger_user: person(4, "ada"),
    prettyref: "tembo/fix",
    is_ref_deleted: false,
    commit_sha: sha,
    event: "push",
    status,
    html_url: `${web}/acme/app/actions/runs/3`,
    started: "2026-11-24T10:05:00Z",
    stopped: "2026-11-24T10:06:00Z",
    created: "2026-11-24T10:04:00Z",
    updated: "2026-11-24T10:06:00Z",
  },
  prior_status: "running",
});
