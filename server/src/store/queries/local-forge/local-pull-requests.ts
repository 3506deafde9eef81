import type { Clock } from "../../../core/base/index.ts";
import type { LocalForgeRecords } from "../../../core/forges/index.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { localRows, orderOf } from "./local-rows.ts";
import { localIssueTable, localPullRequestTable } from "./local-table.ts";

export function localPullRequests(sql: Sql, clock: Clock): Pick<LocalForgeRecords, "pulls" | "issues"> {
  return { pulls: pulls(sql, clock), issues: issues(sql, clock) };
}

function pulls(sql: Sql, clock: Clock): LocalForgeRecords["pulls"] {
  const table = localRows(sql, localPullRequestTable);
  const { columns } = localPullRequestTable;
  return {
    findOpen: (repositoryId, head, base) =>
      table.one(
        query`select ${columns} from local_pull_requests
          where repository_id = ${repositoryId} and head = ${head} and base = ${base} and status = 'open'`,
      ),
    find: (repositoryId, number) =>
      table.one(query`
        select ${columns} from local_pull_requests where repository_id = ${repositoryId} and number = ${number}`),
    insert: (input) =>
      table.one(query`
        select ${columns} from insert_local_pull_request(${input.repositoryId}, ${input.title}, ${input.body}, ${input.head},
          ${input.base}, ${clock.now()}, ${input.isDraft}, ${input.headSha}, ${input.baseSha}, ${input.author})`),
    update: (repositoryId, number, change, { ifOpen, ifHeadSha } = {}) =>
      table.update(
        { repositoryId, number, status: ifOpen === true ? "open" : undefined, headSha: ifHeadSha },
        { ...change, updatedAt: clock.now() },
      ),
    list: (repositoryId, { isOpen, head, base, since, skip, limit, ...order }) =>
      table.many(
        query`select ${columns} from local_pull_requests
          where ${localPullRequestTable.where({ repositoryId, head, base })}
            and (${isOpen ?? null}::boolean is null or (status = 'open') = ${isOpen ?? null})
            and (${since ?? null}::timestamptz is null or updated_at >= ${since ?? null})
          order by ${orderOf(order, "number")} offset ${skip} limit ${limit}`,
      ),
  };
}

function issues(sql: Sql, clock: Clock): LocalForgeRecords["issues"] {
  const table = localRows(sql, localIssueTable);
  const { columns } = localIssueTable;
  return {
    insert: async (input) =>
      (await table.one(query`
        select ${columns} from insert_local_issue(${input.repositoryId}, ${input.title}, ${input.body}, ${input.author},
          ${input.labels}, ${clock.now()})`))!,
    find: (repositoryId, number) =>
      table.one(query`
        select ${columns} from local_issues where repository_id = ${repositoryId} and number = ${number}`),
    update: (repositoryId, number, change) =>
      table.update({ repositoryId, number }, { ...change, updatedAt: clock.now() }),
    list: (repositoryId, { isOpen, since, skip, limit, ...order }) =>
      table.many(
        query`select ${columns} from local_issues
          where repository_id = ${repositoryId}
            and (${isOpen ?? null}::boolean is null or (status = 'open') = ${isOpen ?? null})
            and (${since ?? null}::timestamptz is null or updated_at >= ${since ?? null})
          order by ${orderOf(order, "number")} offset ${skip} limit ${limit}`,
      ),
  };
}
