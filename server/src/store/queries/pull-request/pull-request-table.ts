import type { ForgeUser, PullRequest } from "../../../core/forges/index.ts";
import { boolean, integer, json, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const pullRequests = table("pull_requests", {
  id: uuid,
  organizationId: uuid,
  sessionId: uuid.orNull(),
  repositoryId: uuid,
  number: integer,
  externalId: text,
  url: text,
  title: text,
  body: text,
  status: text.as<PullRequest["status"]>(),
  isDraft: boolean,
  headBranch: text,
  baseBranch: text,
  headSha: text,
  isFromFork: boolean,
  mergeability: text.as<PullRequest["mergeability"]>(),
  author: json<ForgeUser>().orNull(),
  reviewers: json<PullRequest["reviewers"]>(),
  checks: json<PullRequest["checks"]>(),
  additions: integer,
  deletions: integer,
  mergedAt: timestamp.orNull(),
  forgeUpdatedAt: timestamp,
  createdAt: timestamp,
  updatedAt: timestamp,
});
