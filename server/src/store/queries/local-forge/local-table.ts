import type {
  ForgeUser,
  LocalCheck,
  LocalComment,
  LocalPullRequest,
  LocalReaction,
  LocalReview,
} from "../../../core/forges/index.ts";
import { boolean, integer, json, text, textArray, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

const user = json<ForgeUser>();

export const localRepositoryTable = table("repositories", {
  id: uuid,
  organizationId: uuid,
  number: integer.generated().named("forge_number"),
  owner: text,
  name: text,
  description: text.orNull(),
  defaultBranch: text,
  isArchived: boolean,
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const localPersonTable = table("api_keys", {
  apiKeyId: uuid.named("id"),
  number: integer.generated().named("forge_number"),
  organizationId: uuid,
  name: text.orNull(),
});

export const localPullRequestTable = table("local_pull_requests", {
  id: integer.generated(),
  repositoryId: uuid,
  number: integer,
  title: text,
  body: text,
  status: text.as<LocalPullRequest["status"]>(),
  isDraft: boolean,
  head: text,
  base: text,
  headSha: text.orNull(),
  baseSha: text.orNull(),
  author: user.orNull(),
  labels: textArray,
  reviewers: json<readonly ForgeUser[]>(),
  mergeSha: text.orNull(),
  mergedBy: user.orNull(),
  mergedAt: timestamp.orNull(),
  closedAt: timestamp.orNull(),
  closedBy: user.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const localIssueTable = table("local_issues", {
  id: integer.generated(),
  repositoryId: uuid,
  number: integer,
  title: text,
  body: text,
  status: text.as<"open" | "closed">(),
  author: user,
  labels: textArray,
  closedAt: timestamp.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const localCommentTable = table("local_comments", {
  id: integer.generated(),
  repositoryId: uuid,
  number: integer,
  kind: text.as<LocalComment["kind"]>(),
  body: text,
  author: user,
  place: json<NonNullable<LocalComment["place"]>>().orNull(),
  reviewId: integer.orNull(),
  replyTo: integer.orNull(),
  resolvedAt: timestamp.orNull(),
  resolvedBy: user.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const localReviewTable = table("local_reviews", {
  id: integer.generated(),
  repositoryId: uuid,
  number: integer,
  state: text.as<LocalReview["state"]>(),
  body: text,
  author: user,
  commitSha: text,
  submittedAt: timestamp,
});

export const localReactionTable = table("local_reactions", {
  id: integer.generated(),
  repositoryId: uuid,
  subject: text.as<LocalReaction["subject"]>(),
  subjectId: integer,
  userId: text,
  content: text,
  author: user,
  createdAt: timestamp,
});

export const localCheckTable = table("local_checks", {
  id: integer.generated(),
  repositoryId: uuid,
  sha: text,
  kind: text.as<LocalCheck["kind"]>(),
  name: text,
  state: text,
  url: text.orNull(),
  summary: text.orNull(),
  log: text.orNull(),
  author: user,
  startedAt: timestamp.orNull(),
  completedAt: timestamp.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

/** Lists omit the log, which may be large. */
export const localCheckSummaries = localCheckTable.without("log");

export const localHookTable = table("local_hooks", {
  id: integer.generated(),
  repositoryId: uuid,
  url: text,
  secret: text,
  events: textArray,
  isActive: boolean,
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const localEventTable = table("local_events", {
  id: integer.generated(),
  repositoryId: uuid,
  deliveryId: uuid,
  name: text,
  body: text,
  at: timestamp,
});
