import type { Clock } from "../../../core/base/index.ts";
import type { LocalForgeRecords, LocalIssue, LocalPullRequest } from "../../../core/forges/index.ts";
import type { Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";
import { localTable, orderOf } from "./local-rows.ts";

export function localPullRequests(sql: Sql, clock: Clock): Pick<LocalForgeRecords, "pulls" | "issues"> {
  return { pulls: pulls(sql, clock), issues: issues(sql, clock) };
}

function pulls(sql: Sql, clock: Clock): LocalForgeRecords["pulls"] {
  const table = localTable<LocalPullRequest>(sql, {
    table: "local_pull_requests",
    fields: [
      "id",
      "repositoryId",
      "number",
      "title",
      "body",
      "status",
      "isDraft",
      "head",
      "base",
      "headSha",
      "baseSha",
      "author",
      "labels",
      "reviewers",
      "mergeSha",
      "mergedBy",
      "mergedAt",
      "closedAt",
      "closedBy",
      "createdAt",
      "updatedAt",
    ],
    json: ["author", "reviewers", "mergedBy", "closedBy"],
  });
  return {
    findOpen: (repositoryId, head, base) =>
      table.one(
        `select $columns from local_pull_requests
         where repository_id = $1 and head = $2 and base = $3 and status = 'open'`,
        [repositoryId, head, base],
      ),
    find: (repositoryId, number) =>
      table.one("select $columns from local_pull_requests where repository_id = $1 and number = $2", [
        repositoryId,
        number,
      ]),
    insert: (input) =>
      table.one("select $columns from insert_local_pull_request($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", [
        input.repositoryId,
        input.title,
        input.body,
        input.head,
        input.base,
        clock.now(),
        input.isDraft,
        input.headSha,
        input.baseSha,
        storableJson(input.author),
      ]),
    update: (repositoryId, number, change, { ifOpen, ifHeadSha } = {}) =>
      table.update(
        { repositoryId, number, status: ifOpen === true ? "open" : undefined, headSha: ifHeadSha },
        { ...change, updatedAt: clock.now() },
      ),
    list: (repositoryId, { isOpen, head, base, since, skip, limit, ...order }) =>
      table.many(
        `select $columns from local_pull_requests
         where repository_id = $1 and ($2::text is null or head = $2) and ($3::text is null or base = $3)
           and ($4::boolean is null or (status = 'open') = $4) and ($5::timestamptz is null or updated_at >= $5)
         order by ${orderOf(order, "number")} offset $6 limit $7`,
        [repositoryId, head ?? null, base ?? null, isOpen ?? null, since ?? null, skip, limit],
      ),
  };
}

function issues(sql: Sql, clock: Clock): LocalForgeRecords["issues"] {
  const table = localTable<LocalIssue>(sql, {
    table: "local_issues",
    fields: [
      "id",
      "repositoryId",
      "number",
      "title",
      "body",
      "status",
      "author",
      "labels",
      "closedAt",
      "createdAt",
      "updatedAt",
    ],
    json: ["author"],
  });
  return {
    insert: async (input) =>
      (await table.one("select $columns from insert_local_issue($1, $2, $3, $4, $5, $6)", [
        input.repositoryId,
        input.title,
        input.body,
        storableJson(input.author),
        input.labels,
        clock.now(),
      ]))!,
    find: (repositoryId, number) =>
      table.one("select $columns from local_issues where repository_id = $1 and number = $2", [
        repositoryId,
        number,
      ]),
    update: (repositoryId, number, change) =>
      table.update({ repositoryId, number }, { ...change, updatedAt: clock.now() }),
    list: (repositoryId, { isOpen, since, skip, limit, ...order }) =>
      table.many(
        `select $columns from local_issues
         where repository_id = $1 and ($2::boolean is null or (status = 'open') = $2)
           and ($3::timestamptz is null or updated_at >= $3)
         order by ${orderOf(order, "number")} offset $4 limit $5`,
        [repositoryId, isOpen ?? null, since ?? null, skip, limit],
      ),
  };
}
