import type { AgentSchedule } from "../../../core/automation/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { agentSchedules } from "./agent-table.ts";

export function agentScheduleQueries(sql: Sql): Queries["agentSchedules"] {
  return {
    async insert(schedule) {
      await sql.rows(query`
        insert into agent_schedules (${agentSchedules.names}) values (${agentSchedules.values(schedule)}) on conflict (id) do nothing`);
    },

    async update({ id, agentId, createdAt: _, lastRunAt: __, ...schedule }) {
      await sql.rows(query`
        update agent_schedules set ${agentSchedules.set(schedule)} where id = ${id} and agent_id = ${agentId}`);
    },

    async find(agentId, id) {
      const [row] = await sql.rows<AgentSchedule>(
        `select ${agentSchedules.columns} from agent_schedules where agent_id = $1 and id = $2`,
        [agentId, id],
      );
      return row ?? null;
    },

    async list(agentId, page) {
      const where = new Conditions().add("agent_id = $", agentId).addWhenSet("id < $", page.cursor);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<AgentSchedule>(
        `select ${agentSchedules.columns} from agent_schedules where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async due(now, limit) {
      const rows = await sql.rows<AgentSchedule>(
        `select ${agentSchedules.columns} from agent_schedules
         where enabled_at is not null and next_run_at <= $1
           and exists (select from agents where agents.id = agent_id and agents.enabled_at is not null)
         order by next_run_at limit $2`,
        [now, limit],
      );
      return rows;
    },

    async nextRuns(organizationId, { ids, limit }) {
      const where = new Conditions()
        .add("agents.organization_id = $", organizationId)
        .addWhenSet("agents.id = any($)", ids);
      const rows = await sql.rows<{ agent_id: string; next_run_at: Date }>(
        `select agent_id, min(next_run_at) as next_run_at
         from agents join agent_schedules on agent_id = agents.id
         where ${where.text} and agents.enabled_at is not null and agent_schedules.enabled_at is not null
           and next_run_at is not null
         group by agent_id order by 2, 1 limit ${where.value(limit)}`,
        where.values,
      );
      return rows.map((row) => ({ agentId: row.agent_id, nextRunAt: row.next_run_at }));
    },

    async advance(id, from, { lastRunAt, nextRunAt }) {
      const rows = await sql.rows(
        `update agent_schedules set last_run_at = $3, next_run_at = $4
         where id = $1 and next_run_at = $2 and enabled_at is not null returning id`,
        [id, from, lastRunAt, nextRunAt],
      );
      return rows.length > 0;
    },

    async delete(agentId, id) {
      await sql.rows("delete from agent_schedules where agent_id = $1 and id = $2", [agentId, id]);
    },
  };
}
