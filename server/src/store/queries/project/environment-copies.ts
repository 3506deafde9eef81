import type { Queries } from "../../../core/ports.ts";
import type { ProjectSnapshot } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";
import { projectSnapshots } from "./project-table.ts";
import { activeSnapshotId } from "./projects.ts";

export function environmentCopyQueries(sql: Sql): Queries["environmentCopies"] {
  return {
    wanted: (machineId, limit) =>
      sql.rows<ProjectSnapshot>(
        `select ${projectSnapshots.columnsOf("snapshot")}
         from projects p join project_snapshots snapshot on snapshot.id = ${activeSnapshotId}
         where p.archived_at is null and p.keeps_warm and p.runs_on <@ machine_labels($1)
         order by snapshot.built_at desc, snapshot.id limit $2`,
        [machineId, limit],
      ),

    async missingWorkers(ids) {
      const rows = await sql.rows<{ readonly id: string }>(
        `select id from unnest($1::uuid[]) as known (id)
         where not exists (select from workers where workers.id = known.id)`,
        [ids],
      );
      return rows.map(({ id }) => id);
    },
  };
}
