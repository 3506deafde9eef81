import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";
import type { ForgeEvent, WebhookRequest } from "../../../core/forges/index.ts";
import { parseJson } from "../../http-answer.ts";
import { readTitle } from "../draft-title.ts";
import { deriveReviewId, readComment, readIssue, readPullRequest, readUser } from "../reading.ts";
import * as shapes from "../shapes.ts";
import { readChecks } from "./check-events.ts";
import { readEnvelope, type WebhookEnvelope } from "./envelope.ts";
import { eventNameOf } from "./identity.ts";
import { readRefs, readRelease, readRepositoryChange } from "./repository-events.ts";

type Read = (body: unknown, about: WebhookEnvelope, raw: Buffer) => readonly ForgeEvent[];

/**
 * Returns the events in a webhook from Gitea (`modules/structs/hook.go`) or Forgejo, which also sends some additional events. Returns an
 * empty list for an unknown event. Throws `invalid_input` if the body does not match the event.
 */
export function readGiteaWebhook({ headers, body }: WebhookRequest): readonly ForgeEvent[] {
  const name = eventNameOf(headers);
  const read = readers.get(name);
  if (read === undefined) return [];
  const parsed = parseJson(body.toString("utf8"));
  try {
    return read(parsed, readEnvelope(parsed), body);
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    const [issue] = cause.issues;
    throw new AppError(
      "invalid_input",
      `The body is not a Gitea "${name}" webhook: ${issue?.path.join(".") || "body"}: ${issue?.message}.`,
      { cause },
    );
  }
}

const change = z.object({ from: z.string().nullish() }).nullish();
const pullBody = z.object({
  action: z.string(),
  pull_request: shapes.pullRequest,
  changes: z.object({ title: change }).nullish(),
});

const readPull: Read = (body, about) => {
  const { action, pull_request: pull, changes } = pullBody.parse(body);
  const pullRequest = readPullRequest(pull, false);
  const type = pullType(action, pull.merged === true, changes?.title?.from ?? null, pull.title);
  if (type === null) return [];
  return [{ ...about, type, pullRequest, at: pullRequest.updatedAt }];
};

function pullType(action: string, isMerged: boolean, oldTitle: string | null, title: string) {
  switch (action) {
    case "opened":
      return "pullRequest.opened";
    case "closed":
      return isMerged ? "pullRequest.merged" : "pullRequest.closed";
    case "reopened":
      return "pullRequest.reopened";
    case "synchronized":
      return "pullRequest.synchronized";
    case "edited":
      // Gitea derives the draft state from the title.
      return oldTitle !== null && readTitle(oldTitle, null).isDraft && !readTitle(title, null).isDraft
        ? "pullRequest.ready"
        : "pullRequest.updated";
    case "label_updated":
    case "label_cleared":
    case "review_requested":
    case "review_request_removed":
      return "pullRequest.updated";
    default:
      return null;
  }
}

const issueBody = z.object({ action: z.string(), issue: shapes.issue });
const issueTypes: ReadonlyMap<string, "issue.opened" | "issue.updated" | "issue.closed" | "issue.reopened"> =
  new Map(
    Object.entries({
      opened: "issue.opened",
      edited: "issue.updated",
      label_updated: "issue.updated",
      label_cleared: "issue.updated",
      closed: "issue.closed",
      reopened: "issue.reopened",
    }),
  );

const readIssues: Read = (body, about) => {
  const { action, issue } = issueBody.parse(body);
  const type = issueTypes.get(action);
  return type === undefined ? [] : [{ ...about, type, issue: readIssue(issue), at: issue.updated_at }];
};

const commentBody = z.object({
  action: z.string(),
  issue: shapes.issue,
  comment: shapes.comment,
  is_pull: z.boolean().nullish(),
});

const readComments: Read = (body, about) => {
  const { action, issue, comment: raw, is_pull: isPull } = commentBody.parse(body);
  if (action !== "created") return [];
  const comment = readComment(raw);
  const kind = isPull === true || issue.pull_request ? "pullRequest" : "issue";
  const thread = { kind, number: issue.number } as const;
  return [{ ...about, type: "comment.created", thread, comment, at: comment.createdAt }];
};

const reviewBody = z.object({
  action: z.string().nullish(),
  pull_request: shapes.pullRequest,
  sender: shapes.user,
  review: z.object({ type: z.string(), content: z.string().nullish() }),
});

/** Parses a review event. Gitea omits the review's ID and inline comments, so the caller must request them separately. */
const readReviews: Read = (body, about, raw) => {
  const { pull_request: pull, sender, review } = reviewBody.parse(body);
  const kind = /(approved|rejected|comment)$/.exec(review.type)?.[1];
  if (kind === undefined) return [];
  const states = { approved: "approved", rejected: "changesRequested", comment: "commented" } as const;
  const fields = {
    id: deriveReviewId(raw),
    author: readUser(sender),
    state: states[kind as keyof typeof states],
    body: review.content ?? "",
    url: pull.html_url,
    submittedAt: pull.updated_at,
  };
  return [{ ...about, type: "review.submitted", number: pull.number, review: fields, at: pull.updated_at }];
};

/** Parses two kinds of events with the same name: a comment on a pull request, and a review that only comments. */
const readCommentOrReview: Read = (body, about, raw) => {
  const hasReview = z.object({ review: z.object({}) }).safeParse(body).success;
  return hasReview ? readReviews(body, about, raw) : readComments(body, about, raw);
};

/** Readers by event type, or by the more general event if Gitea sends no type. */
// A Map, because the key is external input and every object has a "constructor".
const readers: ReadonlyMap<string, Read> = new Map(
  Object.entries({
    pull_request: readPull,
    pull_request_assign: readPull,
    pull_request_label: readPull,
    pull_request_milestone: readPull,
    pull_request_sync: readPull,
    pull_request_review_request: readPull,
    issues: readIssues,
    issue_assign: readIssues,
    issue_label: readIssues,
    issue_milestone: readIssues,
    issue_comment: readComments,
    pull_request_comment: readCommentOrReview,
    pull_request_approved: readReviews,
    pull_request_rejected: readReviews,
    pull_request_review_approved: readReviews,
    pull_request_review_rejected: readReviews,
    pull_request_review_comment: readReviews,
    push: readRefs,
    create: readRefs,
    delete: readRefs,
    release: readRelease,
    repository: readRepositoryChange,
    status: readChecks,
    workflow_run: readChecks,
    action_run_failure: readChecks,
    action_run_recover: readChecks,
    action_run_success: readChecks,
  }),
);
