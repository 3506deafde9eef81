import type { Queries } from "../../../core/ports.ts";
import type { ProjectSnapshot, SnapshotCandidate, SnapshotOverview } from "../../../core/sessions/index.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { projectSnapshots } from "./project-table.ts";
import { activeSnapshotId } from "./projects.ts";

/** Selects each snapshot `snapshot` that is not deleted. */
const overview = `
  select ${projectSnapshots.columnsOf("snapshot")},
    coalesce(snapshot.id = ${activeSnapshotId}, false) as "isActive"
  from project_snapshots snapshot join projects p on p.id = snapshot.project_id
  where snapshot.archived_at is null`;

export const isInUse = (alias: string) =>
  `exists (select from sessions where sessions.snapshot_id = ${alias}.id and sessions.deleted_at is null)`;

export function projectSnapshotQueries(sql: Sql): Queries["projectSnapshots"] {
  const findOne = async (where: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<SnapshotOverview>(`${overview} and ${where}`, values);
    return row ?? null;
  };

  return {
    async insert(snapshot) {
      await sql.rows(query`
        insert into project_snapshots (${projectSnapshots.names}) values (${projectSnapshots.values(snapshot)})
        on conflict (id) do nothing`);
    },

    find: (projectId, id) => findOne("snapshot.project_id = $1 and snapshot.id = $2", [projectId, id]),

    findByBase: (identity, projectId) =>
      findOne(
        `snapshot.base ->> 'identity' = $1 and snapshot.project_id = coalesce($2, snapshot.project_id)
         order by snapshot.id desc limit 1`,
        [identity, projectId],
      ),

    async ofSession(sessionId) {
      const [row] = await sql.rows<ProjectSnapshot>(
        `select ${projectSnapshots.columnsOf("snapshot")}
         from project_snapshots snapshot join sessions on sessions.snapshot_id = snapshot.id
         where sessions.id = $1`,
        [sessionId],
      );
      return row ?? null;
    },

    async usedLayers() {
      const rows = await sql.rows<{ readonly digest: string }>(
        `select distinct unnest(s.layers) as digest
         from project_snapshots s join projects p on p.id = s.project_id
         where ${isInUse("s")} or s.archived_at is null and p.archived_at is null
           and (s.pinned_at is not null or s.id = ${activeSnapshotId})`,
        [],
      );
      return rows.map(({ digest }) => digest);
    },

    async list(projectId, page) {
      const where = new Conditions()
        .add("snapshot.project_id = $", projectId)
        .addWhenSet("snapshot.id < $", page.cursor);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<SnapshotOverview>(
        `${overview} and ${where.text} order by snapshot.id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async update(id, { name, pinnedAt, updatedAt }) {
      await sql.rows(query`
        update project_snapshots set ${projectSnapshots.set({ name, pinnedAt, updatedAt })} where id = ${id}`);
    },

    async markBroken(id, reason, at) {
      await sql.rows(query`
        update project_snapshots set ${projectSnapshots.set({ brokenReason: reason, updatedAt: at })}
        where id = ${id}`);
    },

    async setCommits(id, commits, at) {
      await sql.rows(
        `update project_snapshots set origin = jsonb_set(origin, '{commits}', $2::jsonb), updated_at = $3
         where id = $1 and origin -> 'commits' <> $2::jsonb`,
        [id, JSON.stringify(commits), at],
      );
    },

    async archive(id, at) {
      const rows = await sql.rows(
        `update project_snapshots set archived_at = $2, updated_at = $2
         where id = $1 and archived_at is null returning id`,
        [id, at],
      );
      return rows.length > 0;
    },

    // Selects the projects by the same rules as `decideExpired`, so that those without a result take no place.
    async candidates({ builtBefore, keptNewest, limit }) {
      return sql.rows<SnapshotCandidate>(
        `select s.id, s.project_id as "projectId", s.built_at as "builtAt",
           s.pinned_at is not null as "isPinned", s.broken_reason is not null as "isBroken",
           ${isInUse("s")} as "isInUse",
           p.archived_at is not null as "isProjectArchived"
         from project_snapshots s join projects p on p.id = s.project_id
         where s.archived_at is null and s.project_id in (
           select old.project_id from project_snapshots old join projects p on p.id = old.project_id
           where old.archived_at is null and old.built_at < $1 and not ${isInUse("old")}
             and (p.archived_at is not null or old.pinned_at is null and (old.broken_reason is not null or $2 <= (
               select count(*) from project_snapshots newer
               where newer.project_id = old.project_id and newer.archived_at is null
                 and newer.broken_reason is null and (newer.built_at, newer.id) > (old.built_at, old.id))))
           group by old.project_id order by min(old.built_at) limit $3)`,
        [builtBefore, keptNewest, limit],
      );
    },
  };
}
