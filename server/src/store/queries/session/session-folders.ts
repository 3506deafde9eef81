import type { Queries } from "../../../core/ports.ts";
import type { LeftId } from "../../../core/turns/index.ts";
import type { Sql } from "../sql.ts";

export function sessionFolderQueries(sql: Sql): Queries["sessionFolders"] {
  return {
    findLeft: (ids) =>
      sql.rows<LeftId>(
        `select known.id, sessions.id is not null as "isPurged",
           (select coalesce(min(created_at), now()) from organizations) as "knownSince"
         from unnest($1::uuid[]) as known (id) left join sessions on sessions.id = known.id
         where sessions.purged_at is not null
           or (sessions.id is null and not exists (select from preparations where preparations.id = known.id))`,
        [ids],
      ),
  };
}
