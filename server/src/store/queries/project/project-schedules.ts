import type { Queries } from "../../../core/ports.ts";
import type { ProjectSchedule } from "../../../core/sessions/index.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { projectSchedules } from "./project-table.ts";

export function projectScheduleQueries(sql: Sql): Queries["projectSchedules"] {
  return {
    async insert(schedule) {
      await sql.rows(query`
        insert into project_schedules (${projectSchedules.names}) values (${projectSchedules.values(schedule)})
        on conflict (id) do nothing`);
    },

    async update({ id, projectId, ...schedule }) {
      await sql.rows(query`
        update project_schedules set ${projectSchedules.set(schedule)}
        where id = ${id} and project_id = ${projectId}`);
    },

    async find(projectId, id) {
      const [row] = await sql.rows<ProjectSchedule>(
        `select ${projectSchedules.columns} from project_schedules where project_id = $1 and id = $2`,
        [projectId, id],
      );
      return row ?? null;
    },

    async oldest(projectId) {
      const [row] = await sql.rows<ProjectSchedule>(
        `select ${projectSchedules.columns} from project_schedules where project_id = $1 order by id limit 1`,
        [projectId],
      );
      return row ?? null;
    },

    async list(projectId, page) {
      const where = new Conditions().add("project_id = $", projectId).addWhenSet("id < $", page.cursor);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<ProjectSchedule>(
        `select ${projectSchedules.columns} from project_schedules where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async count(projectId) {
      const [row] = await sql.rows<{ count: number }>(
        "select count(*)::int as count from project_schedules where project_id = $1",
        [projectId],
      );
      return row!.count;
    },

    async disableAll(projectId, at) {
      await sql.rows(
        `update project_schedules set enabled_at = null, next_run_at = null, updated_at = $2
         where project_id = $1 and enabled_at is not null`,
        [projectId, at],
      );
    },

    async due(now, limit) {
      return sql.rows<ProjectSchedule>(
        `select ${projectSchedules.columns} from project_schedules
         where enabled_at is not null and next_run_at <= $1
           and exists (select from projects p where p.id = project_id and p.archived_at is null)
         order by next_run_at limit $2`,
        [now, limit],
      );
    },

    async advance(id, from, { lastRunAt, nextRunAt }) {
      const rows = await sql.rows(
        `update project_schedules set last_run_at = $3, next_run_at = $4
         where id = $1 and next_run_at = $2 and enabled_at is not null returning id`,
        [id, from, lastRunAt, nextRunAt],
      );
      return rows.length > 0;
    },
  };
}
