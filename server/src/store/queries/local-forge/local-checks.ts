import type { Clock } from "../../../core/base/index.ts";
import type { LocalCheck, LocalForgeRecords } from "../../../core/forges/index.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { localRows } from "./local-rows.ts";
import { localCheckSummaries, localCheckTable } from "./local-table.ts";

export function localChecks(sql: Sql, clock: Clock): LocalForgeRecords["checks"] {
  const whole = localRows(sql, localCheckTable);
  const withoutLog = localRows(sql, localCheckSummaries);
  const silent = (checks: readonly Omit<LocalCheck, "log">[]) =>
    checks.map((check) => ({ ...check, log: null }));
  return {
    insert: async (check) =>
      (await whole.insert({ ...check, createdAt: clock.now(), updatedAt: clock.now() }))!,
    find: (repositoryId, id) =>
      whole.one(query`
        select ${localCheckTable.columns} from local_checks where repository_id = ${repositoryId} and id = ${id}`),
    update: (repositoryId, id, change) =>
      whole.update({ repositoryId, id }, { ...change, updatedAt: clock.now() }),
    latest: async (repositoryId, sha) =>
      silent(
        await withoutLog.many(
          query`select distinct on (kind, name) ${localCheckSummaries.columns} from local_checks
            where repository_id = ${repositoryId} and sha = ${sha}
            order by kind, name, id desc limit 1000`,
        ),
      ),
    list: async (repositoryId, sha, { kind, ...page }) =>
      silent(await withoutLog.list({ repositoryId, sha, kind }, "id desc", page)),
  };
}
