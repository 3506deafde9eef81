import { z } from "zod";
import { cursorQuery, excludeOrganizationName, queryBoolean, queryList, timestamp, uuid } from "../common.ts";

const status = z.enum(["open", "merged", "closed"]);

/** A pull request in a session's list of pull requests. */
export const sessionPullRequest = z.strictObject({
  id: uuid,
  url: z.url(),
  title: z.string().nullable(),
  status,
  isDraft: z.boolean(),
  sourceBranch: z.string().nullable(),
  baseBranch: z.string().nullable(),
  headSha: z.string().nullable(),
  agent: z.string().nullable(),
  diff: z
    .object({ additions: z.int(), deletions: z.int(), data: z.string().max(1_000_000).optional() })
    .nullable(),
  author: z.strictObject({ avatarUrl: z.url().nullable(), login: z.string().nullable() }).nullable(),
  codeRepository: z
    .strictObject({
      id: uuid,
      name: z.string(),
      owner: z.string().nullable(),
      baseBranch: z.string().nullable(),
      provider: z.string(),
    })
    .nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const pullRequestReviewer = z.strictObject({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  avatarUrl: z.string().nullable(),
  profileUrl: z.string().nullable(),
  reviewRequested: z.boolean(),
  commented: z.boolean(),
  approved: z.boolean(),
  type: z.enum(["bot", "user"]),
  state: z.enum(["approved", "changes_requested", "commented", "awaiting"]),
  changesRequested: z.boolean(),
  awaitingReview: z.boolean(),
});

export const pullRequestAuthor = z.strictObject({
  id: z.string().nullable(),
  login: z.string().nullable(),
  name: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  profileUrl: z.string().nullable(),
});

export const pullRequestRepository = z.strictObject({
  id: uuid,
  name: z.string(),
  url: z.string(),
  owner: z.string().nullable(),
  targetBranch: z.string().nullable(),
  baseBranch: z.string().nullable(),
  provider: z.string(),
});

export const pullRequestSession = z.strictObject({
  id: uuid,
  title: z.string(),
  kind: z.string(),
  htmlUrl: z.string(),
  visibility: z.enum(["private", "public"]),
});

export const pullRequestListItem = z.strictObject({
  id: z.string(),
  number: z.int().positive().nullable(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  url: z.string(),
  externalId: z.string(),
  externalProvider: z.string(),
  status,
  state: z.enum(["approved", "needs review", "draft", "merged", "closed"]),
  reviewDecision: z.enum(["APPROVED", "CHANGES_REQUESTED", "REVIEW_REQUIRED"]).nullable(),
  isDraft: z.boolean(),
  owner: z.string().nullable(),
  sourceBranch: z.string().nullable(),
  baseBranch: z.string().nullable(),
  headSha: z.string().nullable(),
  mergedAt: timestamp.nullable(),
  author: pullRequestAuthor,
  reviewers: z.array(pullRequestReviewer),
  approvers: z.array(z.strictObject({ login: z.string(), avatarUrl: z.string().nullable() })),
  codeRepository: pullRequestRepository.nullable(),
  session: pullRequestSession.nullable(),
  diff: z.strictObject({ additions: z.int(), deletions: z.int() }).nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type PullRequestListItem = z.infer<typeof pullRequestListItem>;

export const pullRequest = pullRequestListItem
  .omit({ approvers: true, diff: true })
  .extend({ diff: z.strictObject({ additions: z.int(), deletions: z.int(), data: z.string() }).nullable() });
export type PullRequest = z.infer<typeof pullRequest>;
/**
 * Facts that decide whether a pull request can be merged. An extension of this server: the vendor's pull request has no
 * fields for them.
 */
export const pullRequestStatus = z.strictObject({
  headSha: z.string(),
  isFromFork: z.boolean(),
  checks: z.strictObject({
    state: z.enum(["none", "pending", "passed", "failed"]),
    failed: z.array(z.string()).describe("Names of the failed checks."),
  }),
  mergeability: z.enum(["unknown", "mergeable", "conflicting", "blocked"]),
  conflictsIn: z
    .array(z.string())
    .describe("Files that conflict with the base branch. Only the built-in forge reports them."),
  reviewsHere: z
    .boolean()
    .describe("True if people review the pull request in Tembo, that is, on the built-in forge."),
  ended: z
    .strictObject({
      at: timestamp,
      by: z.string().nullable().describe("Name of the person, if the forge reports it."),
    })
    .nullable(),
});
export type PullRequestStatus = z.infer<typeof pullRequestStatus>;
/** Body of `POST /v1/pull-requests/{pullRequestId}/merge`, an extension of this server. */
export const pullRequestMergeBody = z.strictObject({
  method: z.enum(["merge", "squash", "rebase"]),
  headSha: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe(
      "The head commit that the caller reviewed. If the pull request has another head, it is not merged. Defaults to the last known head.",
    ),
});
export type PullRequestMergeBody = z.infer<typeof pullRequestMergeBody>;
const reviewEntry = z.strictObject({
  id: z.string(),
  kind: z.enum(["comment", "inline", "review"]),
  author: z.strictObject({
    id: z.string(),
    login: z.string(),
    name: z.string().nullable(),
    avatarUrl: z.string().nullable(),
    profileUrl: z.string().nullable(),
    isBot: z.boolean(),
  }),
  body: z.string(),
  url: z.string(),
  place: z
    .strictObject({
      path: z.string(),
      startLine: z
        .int()
        .positive()
        .nullable()
        .describe("The first line, if the comment is about several lines."),
      line: z
        .int()
        .positive()
        .nullable()
        .describe("Line number in the current head. Null for a comment on the whole file."),
      side: z.enum(["new", "old"]),
      diffHunk: z.string().nullable(),
      isOutdated: z
        .boolean()
        .describe(
          "True if the lines have changed since the comment. The line numbers then refer to the earlier version.",
        ),
    })
    .nullable()
    .describe("Place of an inline comment. Null for other comments."),
  threadId: z.string().nullable().describe("Inline comments with the same value form a thread."),
  review: z.enum(["approved", "changes_requested", "commented", "dismissed"]).nullable(),
  suggestion: z.string().nullable().describe("Suggested replacement for the lines."),
  resolved: z.strictObject({ at: timestamp, by: z.string() }).nullable(),
  agent: z
    .strictObject({
      state: z
        .enum(["queued", "working", "replied", "resolved", "unanswered"])
        .describe("`unanswered` means that the turn ended without a reply in the thread."),
      turnId: uuid.nullable(),
      commitSha: z
        .string()
        .nullable()
        .describe("Commit that the turn pushed to the open pull request, once the turn has ended."),
      reason: z
        .string()
        .nullable()
        .describe(
          "Reason why the thread has no reply or could not be resolved, with what to do. Null until the turn has ended.",
        ),
      assignedAt: timestamp,
    })
    .nullable()
    .describe(
      "Latest assignment of the comment's thread to the agent. Null if no message assigned it, if the caller cannot see the message's session, and in the response to a new comment.",
    ),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export const pullRequestComment = reviewEntry;
export type PullRequestComment = z.infer<typeof pullRequestComment>;
export const pullRequestCommentList = z.strictObject({
  items: z.array(reviewEntry),
  nextCursor: z.string().nullable(),
});
export type PullRequestCommentList = z.infer<typeof pullRequestCommentList>;
/** Body of `POST /v1/pull-requests/{pullRequestId}/reviews`. */
export const pullRequestReviewCreateBody = z
  .strictObject({
    state: z.enum(["approved", "changes_requested", "commented"]),
    body: z
      .string()
      .trim()
      .max(65_536)
      .default("")
      .describe("Text of the review. Required unless the review approves."),
    headSha: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe(
        "The head commit that the reviewer saw. If the pull request has another head, the review is rejected.",
      ),
  })
  .refine(({ state, body }) => state === "approved" || body !== "", {
    path: ["body"],
    message: "Describe what to change, or approve the pull request",
  });
export type PullRequestReviewCreateBody = z.input<typeof pullRequestReviewCreateBody>;
const line = z.int().min(1).max(10_000_000);
/** Body of `POST /v1/pull-requests/{pullRequestId}/comments`. */
export const pullRequestCommentCreateBody = z.strictObject({
  body: z.string().trim().min(1).max(65_536),
  place: z
    .strictObject({
      path: z.string().min(1).max(4096),
      line: line.nullable().describe("Null for a comment on the whole file."),
      startLine: line.optional().describe("First line of a range that ends at `line`."),
      side: z.enum(["new", "old"]).default("new"),
    })
    .optional(),
  replyTo: z.string().min(1).max(100).optional().describe("ID of the inline comment to reply to."),
});
export type PullRequestCommentCreateBody = z.input<typeof pullRequestCommentCreateBody>;
export const pullRequestCommentUpdateBody = z.strictObject({ isResolved: z.boolean() });
export type PullRequestCommentUpdateBody = z.infer<typeof pullRequestCommentUpdateBody>;
export const pullRequestThread = z.strictObject({ id: z.string(), isResolved: z.boolean() });
export type PullRequestThread = z.infer<typeof pullRequestThread>;
export const pullRequestCommit = z.strictObject({
  sha: z.string(),
  message: z.string(),
  author: z.strictObject({ name: z.string() }),
  committedAt: timestamp,
});
export type PullRequestCommit = z.infer<typeof pullRequestCommit>;
export const pullRequestCommitList = z.strictObject({
  items: z.array(pullRequestCommit),
  nextCursor: z.string().nullable(),
});
export type PullRequestCommitList = z.infer<typeof pullRequestCommitList>;
export const pullRequestSuggestionApplied = z.strictObject({ sha: z.string() });
export type PullRequestSuggestionApplied = z.infer<typeof pullRequestSuggestionApplied>;
/** Pagination of a pull request's comments and commits. The cursor is the ID of the last item of the previous page. */
export const pullRequestPartQuery = z.object({
  cursor: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export const pullRequestCommentParams = z.object({
  pullRequestId: uuid,
  commentId: z.string().min(1).max(100),
});
export const pullRequestParams = z.object({ pullRequestId: uuid });
const people = queryList(z.string().min(1).max(500)).optional();
export const pullRequestListQuery = cursorQuery.extend({
  state: z.enum(["open", "needs review", "draft", "approved", "returned", "merged", "closed"]).optional(),
  inbox: z
    .enum(["returned", "approved", "needsReview", "open", "draft", "merged", "closed"])
    .optional()
    .describe(
      "A group of the caller's inbox. Each pull request is in exactly one group. `returned`: a reviewer requested changes to a pull request that the caller or one of the caller's sessions opened. `needsReview`: the caller's review is requested.",
    ),
  search: z.string().min(1).optional(),
  repositoryIds: queryList(uuid).optional(),
  hasTemboSession: queryBoolean.optional(),
  authorIds: people.describe(
    "Limits the list to pull requests of these authors, given as IDs on the forge or as logins.",
  ),
  excludeAuthorIds: people.describe(
    "Excludes pull requests of these authors, given as IDs on the forge or as logins.",
  ),
  excludeReturnedAuthorIds: people.describe(
    "Excludes open pull requests of these authors with requested changes. Takes IDs on the forge or logins.",
  ),
  reviewerIds: people.describe(
    "Limits the list to pull requests that one of these people reviewed or is requested to review. Takes IDs on the forge or logins.",
  ),
  excludeReviewerIds: people.describe(
    "Excludes pull requests that one of these people reviewed or is requested to review. Takes IDs on the forge or logins.",
  ),
  createdAfter: timestamp.optional(),
  updatedAfter: timestamp.optional(),
  mergedAfter: timestamp.optional(),
  sortBy: z.enum(["createdAt", "updatedAt"]).optional(),
  includeTotal: queryBoolean.optional(),
  includeAuthors: queryBoolean.optional().describe("Has no effect: authors are always included."),
  excludeOrganizationName,
});
export const pullRequestList = z.strictObject({
  items: z.array(pullRequestListItem),
  nextCursor: uuid.nullable(),
  totalCount: z
    .int()
    .min(0)
    .optional()
    .describe("Number of pull requests that match the filters. Present with `includeTotal`."),
});
export type PullRequestList = z.infer<typeof pullRequestList>;
