import type { ForgeUser, PullRequest } from "../../../core/forges/index.ts";
import { storableJson } from "../storable.ts";

export const columns = `id, organization_id, session_id, repository_id, number, external_id, url, title, body, status,
  is_draft, head_branch, base_branch, head_sha, is_from_fork, mergeability, author, reviewers, checks, additions,
  deletions, merged_at, forge_updated_at, created_at, updated_at`;

/** In the order of `columns`. */
export const valuesOf = (pullRequest: PullRequest): unknown[] => [
  pullRequest.id,
  pullRequest.organizationId,
  pullRequest.sessionId,
  pullRequest.repositoryId,
  pullRequest.number,
  pullRequest.externalId,
  pullRequest.url,
  pullRequest.title,
  pullRequest.body,
  pullRequest.status,
  pullRequest.isDraft,
  pullRequest.headBranch,
  pullRequest.baseBranch,
  pullRequest.headSha,
  pullRequest.isFromFork,
  pullRequest.mergeability,
  pullRequest.author,
  // An array would be taken for one of PostgreSQL's.
  storableJson(pullRequest.reviewers),
  pullRequest.checks,
  pullRequest.additions,
  pullRequest.deletions,
  pullRequest.mergedAt,
  pullRequest.forgeUpdatedAt,
  pullRequest.createdAt,
  pullRequest.updatedAt,
];

export interface PullRequestRow {
  id: string;
  organization_id: string;
  session_id: string | null;
  repository_id: string;
  number: number;
  external_id: string;
  url: string;
  title: string;
  body: string;
  status: PullRequest["status"];
  is_draft: boolean;
  head_branch: string;
  base_branch: string;
  head_sha: string;
  is_from_fork: boolean;
  mergeability: PullRequest["mergeability"];
  author: ForgeUser | null;
  reviewers: PullRequest["reviewers"];
  checks: PullRequest["checks"];
  additions: number;
  deletions: number;
  merged_at: Date | null;
  forge_updated_at: Date;
  created_at: Date;
  updated_at: Date;
}

export const toPullRequest = (row: PullRequestRow): PullRequest => ({
  id: row.id,
  organizationId: row.organization_id,
  sessionId: row.session_id,
  repositoryId: row.repository_id,
  number: row.number,
  externalId: row.external_id,
  url: row.url,
  title: row.title,
  body: row.body,
  status: row.status,
  isDraft: row.is_draft,
  headBranch: row.head_branch,
  baseBranch: row.base_branch,
  headSha: row.head_sha,
  isFromFork: row.is_from_fork,
  mergeability: row.mergeability,
  author: row.author,
  reviewers: row.reviewers,
  checks: row.checks,
  additions: row.additions,
  deletions: row.deletions,
  mergedAt: row.merged_at,
  forgeUpdatedAt: row.forge_updated_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
