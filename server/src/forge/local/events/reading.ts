import { z } from "zod";
import type {
  EventRepository,
  ForgeComment,
  ForgeIssue,
  ForgePullRequest,
  ForgeReview,
  ForgeUser,
} from "../../../core/forges/index.ts";

/** Fields that the adapter reads from the forge's responses and events, which have GitHub's format. Other fields are ignored. */
const time = z.iso.datetime({ offset: true });
/** Maximum time that a Date can represent. */
const maxSeconds = 8_640_000_000_000;
export const userSchema = z.object({
  id: z.number(),
  login: z.string(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  html_url: z.string(),
  type: z.string(),
});
export const repositorySchema = z.object({
  node_id: z.string(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
  html_url: z.string(),
  /** Push events contain the time in seconds since 1970. */
  pushed_at: z.union([time, z.int().min(0).max(maxSeconds)]),
  updated_at: time,
});
const side = z.object({ ref: z.string(), sha: z.string() });
const label = z.object({ name: z.string() });
export const pullSchema = z.object({
  id: z.number(),
  number: z.number(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullable(),
  state: z.enum(["open", "closed"]),
  draft: z.boolean(),
  head: side,
  base: side,
  user: userSchema,
  requested_reviewers: z.array(userSchema).nullish(),
  labels: z.array(label),
  mergeable: z.boolean().nullish(),
  merged_at: time.nullable(),
  created_at: time,
  updated_at: time,
});
export const issueSchema = z.object({
  id: z.number(),
  number: z.number(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullable(),
  state: z.string(),
  user: userSchema,
  labels: z.array(label),
  pull_request: z.object({ url: z.string() }).optional(),
  created_at: time,
  updated_at: time,
});
export const commentSchema = z.object({
  id: z.number(),
  body: z.string(),
  html_url: z.string(),
  user: userSchema,
  created_at: time,
  updated_at: time,
});
export const inlineSchema = commentSchema.extend({
  path: z.string(),
  line: z.number(),
  side: z.enum(["LEFT", "RIGHT"]),
  subject_type: z.enum(["line", "file"]),
  diff_hunk: z.string(),
  pull_request_review_id: z.number().nullable(),
  in_reply_to_id: z.number().optional(),
});
export const reviewSchema = z.object({
  id: z.number(),
  state: z.string(),
  body: z.string(),
  html_url: z.string(),
  user: userSchema,
  submitted_at: time,
});

export const toUser = (user: z.infer<typeof userSchema>): ForgeUser => ({
  id: String(user.id),
  login: user.login,
  name: user.name ?? null,
  email: user.email ?? null,
  avatarUrl: null,
  profileUrl: user.html_url,
  isBot: user.type === "Bot",
});

export const toEventRepository = (repository: z.infer<typeof repositorySchema>): EventRepository => ({
  externalId: repository.node_id,
  owner: repository.owner.login,
  name: repository.name,
  url: repository.html_url,
});

export function toPullRequest(pull: z.infer<typeof pullSchema>): ForgePullRequest {
  const isMerged = pull.merged_at !== null;
  return {
    number: pull.number,
    externalId: String(pull.id),
    url: pull.html_url,
    title: pull.title,
    body: pull.body ?? "",
    status: pull.state === "open" ? "open" : isMerged ? "merged" : "closed",
    isDraft: pull.draft,
    head: pull.head.ref,
    base: pull.base.ref,
    headSha: pull.head.sha,
    isFromFork: false,
    author: toUser(pull.user),
    reviewRequests: { users: pull.requested_reviewers?.map(toUser) ?? null, keepsReviewed: false },
    labels: pull.labels.map(({ name }) => name),
    mergeability: mergeabilities[String(pull.mergeable)] ?? "unknown",
    mergedAt: pull.merged_at === null ? null : new Date(pull.merged_at),
    createdAt: new Date(pull.created_at),
    updatedAt: new Date(pull.updated_at),
  };
}

const mergeabilities: Readonly<Record<string, ForgePullRequest["mergeability"]>> = {
  true: "mergeable",
  false: "conflicting",
};

export const toIssue = (issue: z.infer<typeof issueSchema>): ForgeIssue => ({
  number: issue.number,
  externalId: String(issue.id),
  url: issue.html_url,
  title: issue.title,
  body: issue.body ?? "",
  status: issue.state === "open" ? "open" : "closed",
  author: toUser(issue.user),
  labels: issue.labels.map(({ name }) => name),
  createdAt: new Date(issue.created_at),
  updatedAt: new Date(issue.updated_at),
});

export const toComment = (comment: z.infer<typeof commentSchema>): ForgeComment => ({
  id: String(comment.id),
  kind: "comment",
  author: toUser(comment.user),
  body: comment.body,
  url: comment.html_url,
  place: null,
  threadId: null,
  reviewId: null,
  createdAt: new Date(comment.created_at),
  updatedAt: new Date(comment.updated_at),
});

export const toInline = (comment: z.infer<typeof inlineSchema>): ForgeComment => ({
  ...toComment(comment),
  kind: "inline",
  place: {
    path: comment.path,
    line: comment.subject_type === "file" ? null : comment.line,
    side: comment.side === "RIGHT" ? "new" : "old",
    diffHunk: comment.diff_hunk,
  },
  threadId: String(comment.in_reply_to_id ?? comment.id),
  reviewId: comment.pull_request_review_id === null ? null : String(comment.pull_request_review_id),
});

const reviewStates: Readonly<Record<string, ForgeReview["state"]>> = {
  approved: "approved",
  changes_requested: "changesRequested",
  dismissed: "dismissed",
};

export const toReview = (review: z.infer<typeof reviewSchema>): ForgeReview => ({
  id: String(review.id),
  author: toUser(review.user),
  state: reviewStates[review.state.toLowerCase()] ?? "commented",
  body: review.body,
  url: review.html_url,
  submittedAt: new Date(review.submitted_at),
});
