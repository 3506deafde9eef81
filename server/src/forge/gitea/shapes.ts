import type {
  Comment,
  CommitStatus,
  Issue,
  PullRequest,
  PullReview,
  PullReviewComment,
  Repository,
  User,
} from "gitea-js";
import { z } from "zod";

// Fields of Gitea's responses and webhooks that the adapter reads. Their names are type-checked against Gitea's OpenAPI description.
type Fields<T> = Partial<Record<keyof T, z.ZodType>>;

const id = z.number().int();
const text = z.string();
const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
const flag = z.boolean().nullish();

export const user = z.object({
  id,
  login: text.min(1),
  full_name: text.nullish(),
  email: text.nullish(),
  avatar_url: text.nullish(),
  html_url: text.nullish(),
} satisfies Fields<User>);

export const repository = z.object({
  id,
  name: text.min(1),
  owner: user,
  html_url: text,
  clone_url: text.nullish(),
  description: text.nullish(),
  default_branch: text.nullish(),
  empty: flag,
  archived: flag,
  permissions: z.object({ admin: flag, push: flag }).nullish(),
  updated_at: time.nullish(),
} satisfies Fields<Repository>);

const labels = z
  .array(z.object({ name: text }))
  .nullish()
  .transform((all) => (all ?? []).map(({ name }) => name));

const side = z.object({
  label: text.nullish(),
  ref: text,
  sha: text,
  repo_id: id.nullish(),
});

export const pullRequest = z.object({
  id,
  number: id,
  html_url: text,
  title: text,
  body: text.nullish(),
  state: z.enum(["open", "closed"]),
  draft: flag,
  merged: flag,
  merged_at: time.nullish(),
  merge_commit_sha: text.nullish(),
  mergeable: flag,
  head: side,
  base: side,
  user: user.nullish(),
  requested_reviewers: z.array(user).nullish().catch(null),
  labels,
  created_at: time,
  updated_at: time,
  closed_at: time.nullish(),
} satisfies Fields<PullRequest>);

export const issue = z.object({
  id,
  number: id,
  html_url: text.nullish(),
  title: text,
  body: text.nullish(),
  state: z.enum(["open", "closed"]),
  user: user.nullish(),
  labels,
  pull_request: z.object({}).nullish(),
  created_at: time,
  updated_at: time,
  closed_at: time.nullish(),
} satisfies Fields<Issue>);

export const comment = z.object({
  id,
  user: user.nullish(),
  body: text,
  html_url: text,
  issue_url: text.nullish(),
  pull_request_url: text.nullish(),
  created_at: time,
  updated_at: time,
} satisfies Fields<Comment>);

export const review = z.object({
  id,
  user: user.nullish(),
  state: text,
  body: text.nullish(),
  html_url: text,
  dismissed: flag,
  comments_count: id.nullish(),
  submitted_at: time,
  updated_at: time.nullish(),
} satisfies Fields<PullReview>);

export const reviewComment = z.object({
  id,
  user: user.nullish(),
  body: text,
  html_url: text,
  path: text,
  position: id.nullish(),
  original_position: id.nullish(),
  diff_hunk: text.nullish(),
  pull_request_review_id: id.nullish(),
  created_at: time,
  updated_at: time,
} satisfies Fields<PullReviewComment>);

export const commitStatus = z.object({
  id,
  context: text,
  status: text,
  target_url: text.nullish(),
  description: text.nullish(),
  updated_at: time,
} satisfies Fields<CommitStatus>);

export const workflowRun = z.object({
  id,
  name: text.nullish(),
  display_title: text.nullish(),
  path: text.nullish(),
  html_url: text.nullish(),
  head_sha: text,
  head_branch: text.nullish(),
  status: text.nullish(),
  conclusion: text.nullish(),
  completed_at: time.nullish(),
});

export const workflowJob = z.object({
  id,
  name: text,
  html_url: text.nullish(),
});
