import type { Clock } from "../../../core/base/index.ts";
import type { LocalCheck, LocalForgeRecords } from "../../../core/forges/index.ts";
import type { Sql } from "../sql.ts";
import { localTable } from "./local-rows.ts";

const fields = [
  "id",
  "repositoryId",
  "sha",
  "kind",
  "name",
  "state",
  "url",
  "summary",
  "author",
  "startedAt",
  "completedAt",
  "createdAt",
  "updatedAt",
] as const;

export function localChecks(sql: Sql, clock: Clock): LocalForgeRecords["checks"] {
  const whole = localTable<LocalCheck>(sql, {
    table: "local_checks",
    fields: [...fields, "log"],
    json: ["author"],
  });
  const withoutLog = localTable<Omit<LocalCheck, "log">>(sql, { table: "local_checks", fields });
  const silent = (checks: readonly Omit<LocalCheck, "log">[]) =>
    checks.map((check) => ({ ...check, log: null }));
  return {
    insert: async (check) =>
      (await whole.insert({ ...check, createdAt: clock.now(), updatedAt: clock.now() }))!,
    find: (repositoryId, id) =>
      whole.one("select $columns from local_checks where repository_id = $1 and id = $2", [repositoryId, id]),
    update: (repositoryId, id, change) =>
      whole.update({ repositoryId, id }, { ...change, updatedAt: clock.now() }),
    latest: async (repositoryId, sha) =>
      silent(
        await withoutLog.many(
          `select distinct on (kind, name) $columns from local_checks where repository_id = $1 and sha = $2
           order by kind, name, id desc limit 1000`,
          [repositoryId, sha],
        ),
      ),
    list: async (repositoryId, sha, { kind, ...page }) =>
      silent(await withoutLog.list({ repositoryId, sha, kind }, "id desc", page)),
  };
}
