import type { Queries } from "../../core/ports/store.ts";
import type { PullRequest } from "../../core/pull-request/pull-request.ts";
import { Conditions, rowsToRead, toPage } from "./page.ts";
import { containing, type Sql } from "./sql.ts";

const columns = `id, organization_id, session_id, repository_id, number, url, title, body, status, head_branch,
  base_branch, head_sha, additions, deletions, merged_at, created_at, updated_at`;

export function pullRequestQueries(sql: Sql): Queries["pullRequests"] {
  return {
    async save(lease, pullRequest) {
      await sql.rows(
        `insert into pull_requests (${columns})
         select $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20
         from hold_lease($1, $2, $3)
         on conflict (repository_id, number) do update set
           session_id = excluded.session_id, url = excluded.url, title = excluded.title, body = excluded.body,
           status = excluded.status, head_branch = excluded.head_branch, base_branch = excluded.base_branch,
           head_sha = excluded.head_sha, additions = excluded.additions, deletions = excluded.deletions,
           merged_at = excluded.merged_at, updated_at = excluded.updated_at`,
        [
          lease.sessionId,
          lease.turnId,
          lease.attempt,
          pullRequest.id,
          pullRequest.organizationId,
          pullRequest.sessionId,
          pullRequest.repositoryId,
          pullRequest.number,
          pullRequest.url,
          pullRequest.title,
          pullRequest.body,
          pullRequest.status,
          pullRequest.headBranch,
          pullRequest.baseBranch,
          pullRequest.headSha,
          pullRequest.additions,
          pullRequest.deletions,
          pullRequest.mergedAt,
          pullRequest.createdAt,
          pullRequest.updatedAt,
        ],
      );
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<PullRequestRow>(
        `select ${columns} from pull_requests where organization_id = $1 and id = $2`,
        [organizationId, id],
      );
      return row === undefined ? null : toPullRequest(row);
    },

    async ofSession(sessionId) {
      const rows = await sql.rows<PullRequestRow>(
        `select ${columns} from pull_requests where session_id = $1 order by id`,
        [sessionId],
      );
      return rows.map(toPullRequest);
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .addWhenSet("id < $", page.cursor)
        .addWhenSet("status = $", page.status)
        .addWhenSet("title ilike $", page.search === undefined ? undefined : containing(page.search));
      const run = page.search === undefined ? sql.rows : sql.rowsPlannedAnew;
      const limit = where.value(rowsToRead(page));
      const rows = await run<PullRequestRow>(
        `select ${columns} from pull_requests where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toPullRequest), page);
    },
  };
}

interface PullRequestRow {
  id: string;
  organization_id: string;
  session_id: string;
  repository_id: string;
  number: number;
  url: string;
  title: string;
  body: string;
  status: PullRequest["status"];
  head_branch: string;
  base_branch: string;
  head_sha: string;
  additions: number;
  deletions: number;
  merged_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

const toPullRequest = (row: PullRequestRow): PullRequest => ({
  id: row.id,
  organizationId: row.organization_id,
  sessionId: row.session_id,
  repositoryId: row.repository_id,
  number: row.number,
  url: row.url,
  title: row.title,
  body: row.body,
  status: row.status,
  headBranch: row.head_branch,
  baseBranch: row.base_branch,
  headSha: row.head_sha,
  additions: row.additions,
  deletions: row.deletions,
  mergedAt: row.merged_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
