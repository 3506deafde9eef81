import type { Clock } from "../../core/ports/clock.ts";
import type { LocalPullRequest, Queries } from "../../core/ports/store.ts";
import type { Sql } from "./sql.ts";

const columns = "number, title, body, status, head, base, merged_at";

export function localPullRequestQueries(sql: Sql, clock: Clock): Queries["localPullRequests"] {
  const one = async (text: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<LocalPullRequestRow>(text, values);
    return row === undefined ? null : toLocalPullRequest(row);
  };

  return {
    findOpen: (repositoryId, head, base) =>
      one(
        `select ${columns} from local_pull_requests
         where repository_id = $1 and head = $2 and base = $3 and status = 'open'`,
        [repositoryId, head, base],
      ),

    find: (repositoryId, number) =>
      one(`select ${columns} from local_pull_requests where repository_id = $1 and number = $2`, [
        repositoryId,
        number,
      ]),

    insert: async (pullRequest) =>
      (await one(`select ${columns} from insert_local_pull_request($1, $2, $3, $4, $5, $6)`, [
        pullRequest.repositoryId,
        pullRequest.title,
        pullRequest.body,
        pullRequest.head,
        pullRequest.base,
        clock.now(),
      ]))!,

    update: (repositoryId, number, change) =>
      one(
        `update local_pull_requests
         set title = coalesce($3, title), body = coalesce($4, body), updated_at = $5
         where repository_id = $1 and number = $2 returning ${columns}`,
        [repositoryId, number, change.title ?? null, change.body ?? null, clock.now()],
      ),
  };
}

interface LocalPullRequestRow {
  number: number;
  title: string;
  body: string;
  status: LocalPullRequest["status"];
  head: string;
  base: string;
  merged_at: Date | null;
}

const toLocalPullRequest = (row: LocalPullRequestRow): LocalPullRequest => ({
  number: row.number,
  title: row.title,
  body: row.body,
  status: row.status,
  head: row.head,
  base: row.base,
  mergedAt: row.merged_at,
});
