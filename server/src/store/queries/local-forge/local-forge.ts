import type { Clock } from "../../../core/base/index.ts";
import type { LocalForgeRecords } from "../../../core/forges/index.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { localChecks } from "./local-checks.ts";
import { localConversations } from "./local-conversations.ts";
import { localPullRequests } from "./local-pull-requests.ts";
import { localRepositories } from "./local-repositories.ts";
import { localRows } from "./local-rows.ts";
import { localEventTable, localHookTable } from "./local-table.ts";

export function localForgeQueries(sql: Sql, clock: Clock): LocalForgeRecords {
  return {
    ...localRepositories(sql, clock),
    ...localPullRequests(sql, clock),
    ...localConversations(sql, clock),
    checks: localChecks(sql, clock),
    hooks: localHooks(sql, clock),
    events: localEvents(sql, clock),
  };
}

function localHooks(sql: Sql, clock: Clock): LocalForgeRecords["hooks"] {
  const hooks = localRows(sql, localHookTable, { isUnique: true });
  return {
    insert: (hook) => hooks.insert({ ...hook, createdAt: clock.now(), updatedAt: clock.now() }),
    find: (repositoryId, id) =>
      hooks.one(query`
        select ${localHookTable.columns} from local_hooks where repository_id = ${repositoryId} and id = ${id}`),
    update: (repositoryId, id, change) =>
      hooks.update({ repositoryId, id }, { ...change, updatedAt: clock.now() }),
    list: (repositoryId, page) => hooks.list({ repositoryId }, "id", page),
    delete: async (repositoryId, id) =>
      (
        await sql.rows("delete from local_hooks where repository_id = $1 and id = $2 returning id", [
          repositoryId,
          id,
        ])
      ).length > 0,
  };
}

function localEvents(sql: Sql, clock: Clock): LocalForgeRecords["events"] {
  const events = localRows(sql, localEventTable);
  return {
    async append(event, keep) {
      await events.insert({ ...event, at: clock.now() });
      await sql.rows(
        `delete from local_events where repository_id = $1 and id <= (
           select id from local_events where repository_id = $1 order by id desc offset $2 limit 1
         )`,
        [event.repositoryId, keep],
      );
    },
    since: (repositoryId, since) =>
      events.many(query`
        select ${localEventTable.columns} from local_events
        where repository_id = ${repositoryId} and at >= ${since} order by id`),
  };
}
