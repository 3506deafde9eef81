import type { AgentTrigger } from "../../../core/automation/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import type { Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";

const columns = "id, agent_id, name, integration_id, filters, enabled_at, created_at, updated_at";
/** Agents by whom one event may be waited for. */
const MAX_WAITING = 1_000;

export function agentTriggerQueries(sql: Sql): Queries["agentTriggers"] {
  return {
    async insert(trigger) {
      await sql.rows(
        `insert into agent_triggers (${columns}) values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)
         on conflict (id) do nothing`,
        valuesOf(trigger),
      );
    },

    async update(trigger) {
      await sql.rows(
        `update agent_triggers set name = $3, integration_id = $4, filters = $5::jsonb, enabled_at = $6, created_at = $7,
           updated_at = $8 where id = $1 and agent_id = $2`,
        valuesOf(trigger),
      );
    },

    async find(agentId, id) {
      const [row] = await sql.rows<TriggerRow>(
        `select ${columns} from agent_triggers where agent_id = $1 and id = $2`,
        [agentId, id],
      );
      return row === undefined ? null : toTrigger(row);
    },

    async list(agentId, page) {
      const where = new Conditions().add("agent_id = $", agentId).addWhenSet("id < $", page.cursor);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<TriggerRow>(
        `select ${columns} from agent_triggers where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toTrigger), page);
    },

    async waitingFor(organizationId, names, integrationId) {
      const rows = await sql.rows<TriggerRow>(
        `select t.* from agent_triggers t join agents a on a.id = t.agent_id
         where t.name = any($2) and t.enabled_at is not null and a.organization_id = $1 and a.enabled_at is not null
           and (t.integration_id is null or t.integration_id = $3)
         order by t.id limit ${MAX_WAITING}`,
        [organizationId, names, integrationId],
      );
      return rows.map(toTrigger);
    },

    async setEnabled(agentId, enabledAt) {
      await sql.rows("update agent_triggers set enabled_at = $2 where agent_id = $1", [agentId, enabledAt]);
    },

    async delete(agentId, id) {
      await sql.rows("delete from agent_triggers where agent_id = $1 and id = $2", [agentId, id]);
    },
  };
}

interface TriggerRow {
  id: string;
  agent_id: string;
  name: string;
  integration_id: string | null;
  filters: Readonly<Record<string, unknown>>;
  enabled_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

const valuesOf = (trigger: AgentTrigger) => [
  trigger.id,
  trigger.agentId,
  trigger.name,
  trigger.integrationId,
  storableJson(trigger.filters),
  trigger.enabledAt,
  trigger.createdAt,
  trigger.updatedAt,
];

const toTrigger = (row: TriggerRow): AgentTrigger => ({
  id: row.id,
  agentId: row.agent_id,
  name: row.name,
  integrationId: row.integration_id,
  filters: row.filters,
  enabledAt: row.enabled_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
