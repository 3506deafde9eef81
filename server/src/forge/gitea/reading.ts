import { createHash } from "node:crypto";
import type { z } from "zod";
import {
  type CommentPlace,
  commentOfReview,
  type EventRepository,
  type ForgeCheck,
  type ForgeComment,
  type ForgeIssue,
  type ForgePullRequest,
  type ForgeRepository,
  type ForgeReview,
  type ForgeUser,
} from "../../core/forges/index.ts";
import { readTitle } from "./draft-title.ts";
import type * as shapes from "./shapes.ts";

type Of<T extends z.ZodType> = z.output<T>;

/** Author of contributions from deleted accounts. */
const ghost: ForgeUser = {
  id: "-1",
  login: "Ghost",
  name: null,
  email: null,
  avatarUrl: null,
  profileUrl: null,
  isBot: false,
};

export function readUser(user: Of<typeof shapes.user>): ForgeUser {
  return {
    id: String(user.id),
    login: user.login,
    name: user.full_name || null,
    email: user.email || null,
    avatarUrl: user.avatar_url || null,
    profileUrl: user.html_url || null,
    // Gitea's own accounts, such as the Actions account, have negative IDs.
    isBot: user.id < 0,
  };
}

export function readRepository(repository: Of<typeof shapes.repository>): ForgeRepository {
  const { empty, default_branch: branch, archived, permissions, description } = repository;
  return {
    ...readEventRepository(repository),
    description: description || null,
    defaultBranch: empty === true ? null : branch || null,
    isArchived: archived === true,
    canPush: permissions?.push === true,
  };
}

export function readEventRepository(repository: Of<typeof shapes.repository>): EventRepository {
  const { id, owner, name, html_url: url } = repository;
  return { externalId: String(id), owner: owner.login, name, url };
}

/**
 * Converts a pull request. Gitea also reports "not mergeable" while it is still checking a moved head. If `isSettled` is false, as for
 * webhooks, this function therefore returns "unknown" instead.
 */
export function readPullRequest(pull: Of<typeof shapes.pullRequest>, isSettled: boolean): ForgePullRequest {
  const { head, base, draft } = pull;
  const { title, isDraft } = readTitle(pull.title, draft ?? null);
  return {
    number: pull.number,
    externalId: String(pull.id),
    url: pull.html_url,
    title,
    body: pull.body ?? "",
    status: pull.merged === true ? "merged" : pull.state,
    isDraft,
    // For a deleted branch, Gitea reports the hidden ref that contains the branch's commits.
    head: head.ref.startsWith("refs/pull/") ? (head.label ?? head.ref) : head.ref,
    base: base.ref,
    headSha: head.sha,
    isFromFork: head.repo_id !== base.repo_id,
    author: pull.user ? readUser(pull.user) : null,
    reviewRequests: { users: pull.requested_reviewers?.map(readUser) ?? null, keepsReviewed: true },
    labels: pull.labels,
    mergeability: mergeabilityOf(pull.mergeable ?? null, isDraft, isSettled),
    mergedAt: pull.merged === true ? (pull.merged_at ?? pull.updated_at) : null,
    createdAt: pull.created_at,
    updatedAt: pull.updated_at,
  };
}

function mergeabilityOf(mergeable: boolean | null, isDraft: boolean, isSettled: boolean) {
  if (mergeable === true) return "mergeable";
  return mergeable === false && !isDraft && isSettled ? "conflicting" : "unknown";
}

export function readIssue(issue: Of<typeof shapes.issue>): ForgeIssue {
  return {
    number: issue.number,
    externalId: String(issue.id),
    url: issue.html_url ?? "",
    title: issue.title,
    body: issue.body ?? "",
    status: issue.state,
    author: issue.user ? readUser(issue.user) : null,
    labels: issue.labels,
    createdAt: issue.created_at,
    updatedAt: issue.updated_at,
  };
}

export function readComment(comment: Of<typeof shapes.comment>): ForgeComment {
  return {
    id: String(comment.id),
    kind: "comment",
    author: comment.user ? readUser(comment.user) : ghost,
    body: comment.body,
    url: comment.html_url,
    place: null,
    threadId: null,
    reviewId: null,
    createdAt: comment.created_at,
    updatedAt: comment.updated_at,
  };
}

export function readInlineComment(comment: Of<typeof shapes.reviewComment>, reviewId: number): ForgeComment {
  const isOld = !comment.position && Boolean(comment.original_position);
  const line = comment.position || comment.original_position || null;
  const place: CommentPlace = {
    path: comment.path,
    line,
    side: isOld ? "old" : "new",
    diffHunk: comment.diff_hunk || null,
  };
  return {
    ...readComment(comment),
    kind: "inline",
    place,
    threadId: threadIdOf(place),
    reviewId: String(comment.pull_request_review_id ?? reviewId),
  };
}

/** Returns a thread ID. Gitea has no thread IDs, but shows comments on the same line as a thread. */
const threadIdOf = ({ side, line, path }: CommentPlace) => `${side}:${line ?? 0}:${path}`;

/** Returns the position of a thread, or null if the ID is not from this forge. */
export function placeOfThread(threadId: string): Pick<CommentPlace, "path" | "line" | "side"> | null {
  const [, side, line, path] = /^(new|old):(\d+):(.+)$/s.exec(threadId) ?? [];
  if (side === undefined || path === undefined) return null;
  return { path, line: Number(line) || null, side: side === "old" ? "old" : "new" };
}

/** Converts a submitted review. Returns null for a requested or pending review. */
export function readReview(review: Of<typeof shapes.review>): ForgeReview | null {
  const state = reviewStates.get(review.state);
  if (state === undefined) return null;
  return {
    id: String(review.id),
    author: review.user ? readUser(review.user) : ghost,
    state: review.dismissed === true ? "dismissed" : state,
    body: review.body ?? "",
    url: review.html_url,
    submittedAt: review.submitted_at,
  };
}

const reviewStates: ReadonlyMap<string, ForgeReview["state"]> = new Map(
  Object.entries({
    APPROVED: "approved",
    REQUEST_CHANGES: "changesRequested",
    COMMENT: "commented",
  }),
);

/** Returns the summary of a submitted review as a comment, or null if the review has no summary. */
export function readReviewBody(review: Of<typeof shapes.review>): ForgeComment | null {
  const read = readReview(review);
  if (read === null || read.body === "") return null;
  const comment = commentOfReview(read);
  return { ...comment, updatedAt: review.updated_at ?? comment.updatedAt };
}

/** Returns an ID for a review in a webhook, because the webhook does not contain Gitea's ID. A redelivery yields the same ID. */
export function deriveReviewId(body: Buffer): string {
  return `told-${createHash("sha256").update(body).digest("hex").slice(0, 20)}`;
}

export function readStatus(status: Of<typeof shapes.commitStatus>, webUrl: string): ForgeCheck {
  return {
    id: `status:${status.id}`,
    kind: "status",
    name: status.context,
    state: checkState(status.status),
    // Gitea Actions reports the URLs of its pages without the host.
    url: status.target_url ? (URL.parse(status.target_url, webUrl)?.href ?? null) : null,
    summary: status.description || null,
  };
}

export function checkState(state: string): ForgeCheck["state"] {
  return checkStates.get(state) ?? "pending";
}

const checkStates: ReadonlyMap<string, ForgeCheck["state"]> = new Map(
  Object.entries({
    success: "passed",
    warning: "passed",
    failure: "failed",
    error: "failed",
    cancelled: "cancelled",
    skipped: "skipped",
  }),
);
