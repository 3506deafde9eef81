import type {
  LocalComment,
  LocalReaction,
  LocalRepository,
  LocalReview,
} from "../../../core/forges/index.ts";
import type { LocalContext } from "../context.ts";
import { noReactions } from "./issue.ts";
import { nodeId } from "./node-id.ts";
import { repositoryApi, repositoryWeb } from "./repository.ts";
import { userShape } from "./user.ts";

/** Returns a comment in the format of GitHub's "issue comment". */
export function commentShape(
  context: LocalContext,
  repository: LocalRepository,
  comment: LocalComment,
  kind: "pullRequest" | "issue",
) {
  const api = repositoryApi(context, repository);
  const own = `${api}/issues/comments/${comment.id}`;
  const page = `${kind === "issue" ? "issues" : "pull"}/${comment.number}`;
  return {
    id: comment.id,
    node_id: nodeId("IC", repository, comment.id),
    url: own,
    html_url: `${repositoryWeb(context, repository)}/${page}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.number}`,
    user: userShape(context, comment.author),
    body: comment.body,
    created_at: comment.createdAt.toISOString(),
    updated_at: comment.updatedAt.toISOString(),
    author_association: "MEMBER" as const,
    performed_via_github_app: null,
    reactions: noReactions(`${own}/reactions`),
  };
}

/** Returns a comment in the format of GitHub's "pull request review comment". */
export function inlineShape(context: LocalContext, repository: LocalRepository, comment: LocalComment) {
  const api = repositoryApi(context, repository);
  const own = `${api}/pulls/comments/${comment.id}`;
  const pull = `${api}/pulls/${comment.number}`;
  const html = `${repositoryWeb(context, repository)}/pull/${comment.number}#discussion_r${comment.id}`;
  const place = comment.place!;
  const side = place.side === "new" ? ("RIGHT" as const) : ("LEFT" as const);
  return {
    id: comment.id,
    node_id: nodeId("PRRC", repository, comment.id),
    url: own,
    html_url: html,
    pull_request_url: pull,
    pull_request_review_id: comment.reviewId,
    ...(comment.replyTo !== null && { in_reply_to_id: comment.replyTo }),
    user: userShape(context, comment.author),
    body: comment.body,
    path: place.path,
    diff_hunk: place.diffHunk,
    commit_id: place.commitSha,
    original_commit_id: place.commitSha,
    position: 1,
    original_position: 1,
    line: place.line ?? 1,
    original_line: place.line ?? 1,
    start_line: place.startLine ?? null,
    original_start_line: place.startLine ?? null,
    start_side: place.startLine == null ? null : side,
    side,
    subject_type: place.line === null ? ("file" as const) : ("line" as const),
    created_at: comment.createdAt.toISOString(),
    updated_at: comment.updatedAt.toISOString(),
    author_association: "MEMBER" as const,
    _links: { self: { href: own }, html: { href: html }, pull_request: { href: pull } },
    reactions: noReactions(`${own}/reactions`),
  };
}

const reviewStates = {
  approved: "APPROVED",
  changesRequested: "CHANGES_REQUESTED",
  commented: "COMMENTED",
  dismissed: "DISMISSED",
} as const;

/** Returns a review in the format of GitHub's "pull request review". */
export function reviewShape(context: LocalContext, repository: LocalRepository, review: LocalReview) {
  const pull = `${repositoryApi(context, repository)}/pulls/${review.number}`;
  const html = `${repositoryWeb(context, repository)}/pull/${review.number}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId("PRR", repository, review.id),
    user: userShape(context, review.author),
    body: review.body,
    state: reviewStates[review.state] as string,
    html_url: html,
    pull_request_url: pull,
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: review.submittedAt.toISOString(),
    commit_id: review.commitSha,
    author_association: "MEMBER" as const,
  };
}

export const reactionContents = [
  "+1",
  "-1",
  "laugh",
  "confused",
  "heart",
  "hooray",
  "rocket",
  "eyes",
] as const;
export type ReactionContent = (typeof reactionContents)[number];
export const isReactionContent = (text: unknown): text is ReactionContent =>
  (reactionContents as readonly unknown[]).includes(text);

export function reactionShape(context: LocalContext, reaction: LocalReaction) {
  return {
    id: reaction.id,
    node_id: `REA_${reaction.id}`,
    user: userShape(context, reaction.author),
    content: reaction.content as ReactionContent,
    created_at: reaction.createdAt.toISOString(),
  };
}
