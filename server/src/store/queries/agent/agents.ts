import type { Agent, AgentFilter, AgentRevision } from "../../../core/automation/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import { containing, type Sql } from "../sql.ts";
import { type AgentRow, fromAgent, type OverviewRow, overviewOf, toAgent, toOverview } from "./agent-row.ts";
import { agentRevisions, agents } from "./agent-table.ts";

const ranks = { latestRun: '"latestRun"', runCount: '"runCount"::float8' } as const;

/** SQL that is true if another agent of the organization has the key. */
const isKeyTaken = ({ id, organizationId, key }: Agent) => query`exists
  (select from agents other
   where other.organization_id = ${organizationId} and other.key = ${key} and other.id <> ${id})`;

export function agentQueries(sql: Sql): Queries["agents"] {
  return {
    // A retried insert finds the row that its first attempt inserted. That row's key does not count as taken.
    async insert(agent) {
      const rows = await sql.rows(query`
        insert into agents (${agents.names}) select ${agents.values(fromAgent(agent))} where not ${isKeyTaken(agent)}
        on conflict (id) do update set updated_at = excluded.updated_at returning id`);
      return rows.length > 0;
    },

    async update(agent) {
      const { id, organizationId, ...changed } = fromAgent(agent);
      const rows = await sql.rows(query`
        update agents set ${agents.set(changed)}
        where organization_id = ${organizationId} and id = ${id} and not ${isKeyTaken(agent)} returning id`);
      return rows.length > 0;
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<OverviewRow>(
        overviewOf("(select * from agents where organization_id = $1 and id = $2)"),
        [organizationId, id],
      );
      return row === undefined ? null : toOverview(row);
    },

    async findByKey(organizationId, key) {
      const [row] = await sql.rows<AgentRow>(
        `select ${agents.columns} from agents where organization_id = $1 and key = $2 and archived_at is null`,
        [organizationId, key],
      );
      return row === undefined ? null : toAgent(row);
    },

    async keys(organizationId, limit) {
      const rows = await sql.rows<{ key: string }>(
        `select key from agents where organization_id = $1 and key is not null and archived_at is null
         order by key limit $2`,
        [organizationId, limit],
      );
      return rows.map(({ key }) => key);
    },

    async findById(id) {
      const [row] = await sql.rows<AgentRow>(`select ${agents.columns} from agents where id = $1`, [id]);
      return row === undefined ? null : toAgent(row);
    },

    async lock(id) {
      const [row] = await sql.rows<AgentRow>(
        `select ${agents.columns} from agents where id = $1 for no key update`,
        [id],
      );
      return row === undefined ? null : toAgent(row);
    },

    async list(organizationId, filter) {
      const where = conditionsOf(organizationId, filter);
      const rank = filter.sort === undefined ? "0::float8" : ranks[filter.sort];
      const after =
        filter.cursor === undefined
          ? ""
          : `where (rank, id) < (select rank, id from ranked where id = ${where.value(filter.cursor)})`;
      const limit = where.value(rowsToRead(filter));
      const rows = await sql.rowsWithFreshPlan<OverviewRow & { rank: number }>(
        `with listed as (${overviewOf("agents")} where ${where.text}), ranked as (select *, ${rank} as rank from listed)
         select * from ranked ${after} order by rank desc, id desc limit ${limit}`,
        where.values,
      );
      return toPage(
        rows.map(({ rank: _, ...row }) => toOverview(row)),
        filter,
      );
    },

    async count(organizationId) {
      const [row] = await sql.rows<{ count: number }>(
        "select count(*)::int as count from agents where organization_id = $1 and archived_at is null",
        [organizationId],
      );
      return row!.count;
    },

    async integrationTypes(organizationId) {
      const rows = await sql.rows<{ type: string }>(
        `select distinct split_part(t.name, '.', 1) as type from agent_triggers t join agents a on a.id = t.agent_id
         where a.organization_id = $1 order by type`,
        [organizationId],
      );
      return rows.map(({ type }) => type);
    },

    async delete(organizationId, id) {
      await sql.rows("delete from agents where organization_id = $1 and id = $2", [organizationId, id]);
    },

    async insertRevision(revision) {
      await sql.rows(query`
        insert into agent_revisions (${agentRevisions.names}) values (${agentRevisions.values(revision)})
        on conflict (agent_id, version) do nothing`);
    },

    async findRevision(agentId, version) {
      const [row] = await sql.rows<AgentRevision>(
        `select ${agentRevisions.columns} from agent_revisions where agent_id = $1 and version = $2`,
        [agentId, version],
      );
      return row ?? null;
    },

    async revisions(agentId, { before, limit }) {
      const rows = await sql.rows<AgentRevision>(
        `select ${agentRevisions.columns} from agent_revisions
         where agent_id = $1 and ($2::int is null or version < $2) order by version desc limit $3`,
        [agentId, before ?? null, limit],
      );
      return rows;
    },
  };
}

/** Returns conditions on an agent `a` and on the `triggers` row that `overviewOf` joins to it. */
function conditionsOf(organizationId: string, filter: AgentFilter): Conditions {
  const where = new Conditions()
    .add("a.organization_id = $", organizationId)
    .also(`a.archived_at is ${filter.isArchived ? "not null" : "null"}`)
    .addWhenSet("a.id = any($::uuid[])", filter.ids)
    .addWhenSet("a.created_by = any($)", filter.authors)
    .addWhenSet("(a.enabled_at is not null) = $", filter.isEnabled)
    .addWhenSet("triggers.integration_types && $::text[]", filter.integrationTypes);
  if (filter.search !== undefined) where.add("(a.name ilike $ or a.key ilike $)", containing(filter.search));
  return where;
}
