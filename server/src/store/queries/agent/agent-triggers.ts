import type { AgentTrigger } from "../../../core/automation/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { agentTriggers } from "./agent-table.ts";

/** Maximum number of triggers that are loaded for an event. */
const MAX_WAITING = 1_000;

export function agentTriggerQueries(sql: Sql): Queries["agentTriggers"] {
  return {
    async insert(trigger) {
      await sql.rows(query`
        insert into agent_triggers (${agentTriggers.names}) values (${agentTriggers.values(trigger)}) on conflict (id) do nothing`);
    },

    async update({ id, agentId, ...trigger }) {
      await sql.rows(query`
        update agent_triggers set ${agentTriggers.set(trigger)} where id = ${id} and agent_id = ${agentId}`);
    },

    async find(agentId, id) {
      const [row] = await sql.rows<AgentTrigger>(
        `select ${agentTriggers.columns} from agent_triggers where agent_id = $1 and id = $2`,
        [agentId, id],
      );
      return row ?? null;
    },

    async list(agentId, page) {
      const where = new Conditions().add("agent_id = $", agentId).addWhenSet("id < $", page.cursor);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<AgentTrigger>(
        `select ${agentTriggers.columns} from agent_triggers where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async waitingFor(organizationId, names, integrationId) {
      const rows = await sql.rows<AgentTrigger>(
        `select ${agentTriggers.columnsOf("t")} from agent_triggers t join agents a on a.id = t.agent_id
         where t.name = any($2) and t.enabled_at is not null and a.organization_id = $1 and a.enabled_at is not null
           and (t.integration_id is null or t.integration_id = $3)
         order by t.id limit ${MAX_WAITING}`,
        [organizationId, names, integrationId],
      );
      return rows;
    },

    async setEnabled(agentId, enabledAt) {
      await sql.rows("update agent_triggers set enabled_at = $2 where agent_id = $1", [agentId, enabledAt]);
    },

    async delete(agentId, id) {
      await sql.rows("delete from agent_triggers where agent_id = $1 and id = $2", [agentId, id]);
    },
  };
}
