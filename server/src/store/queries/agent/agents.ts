import type { AgentFilter, AgentRevision, Instructions } from "../../../core/automation/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { containing, type Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";
import {
  type AgentRow,
  agentColumns,
  type OverviewRow,
  overviewOf,
  toAgent,
  toOverview,
  valuesOfAgent,
} from "./agent-row.ts";

const names = agentColumns.split(",").map((name) => name.trim());
const jsonColumns = new Set(["instructions", "agent_options", "user_state"]);
const places = names.map((name, index) => `$${index + 1}${jsonColumns.has(name) ? "::jsonb" : ""}`);
const changes = names.map((name, index) => `${name} = ${places[index]}`).slice(2);

const revisionColumns = "agent_id, version, instructions, source, author_id, restored_from, created_at";
const ranks = { latestRun: "latest_run", runCount: "run_count::float8" } as const;

export function agentQueries(sql: Sql): Queries["agents"] {
  return {
    // Repeated, it finds its own row: that is no key of another.
    async insert(agent) {
      const rows = await sql.rows(
        `insert into agents (${agentColumns}) select ${places.join(", ")} where not exists
           (select from agents other where other.organization_id = $2 and other.key = $4 and other.id <> $1)
         on conflict (id) do update set updated_at = excluded.updated_at returning id`,
        valuesOfAgent(agent),
      );
      return rows.length > 0;
    },

    async update(agent) {
      const rows = await sql.rows(
        `update agents set ${changes.join(", ")} where organization_id = $2 and id = $1 and not exists
           (select from agents other where other.organization_id = $2 and other.key = $4 and other.id <> $1)
         returning id`,
        valuesOfAgent(agent),
      );
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
        `select ${agentColumns} from agents where organization_id = $1 and key = $2 and archived_at is null`,
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

    async get(id) {
      const [row] = await sql.rows<AgentRow>(`select ${agentColumns} from agents where id = $1`, [id]);
      return row === undefined ? null : toAgent(row);
    },

    async lock(id) {
      const [row] = await sql.rows<AgentRow>(
        `select ${agentColumns} from agents where id = $1 for no key update`,
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
      const rows = await sql.rowsPlannedAnew<OverviewRow>(
        `with listed as (${overviewOf("agents")} where ${where.text}), ranked as (select *, ${rank} as rank from listed)
         select * from ranked ${after} order by rank desc, id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toOverview), filter);
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
      await sql.rows(
        `insert into agent_revisions (${revisionColumns}) values ($1, $2, $3::jsonb, $4, $5, $6, $7)
         on conflict (agent_id, version) do nothing`,
        [
          revision.agentId,
          revision.version,
          revision.instructions === null ? null : storableJson(revision.instructions),
          revision.source,
          revision.authorId,
          revision.restoredFrom,
          revision.createdAt,
        ],
      );
    },

    async findRevision(agentId, version) {
      const [row] = await sql.rows<RevisionRow>(
        `select ${revisionColumns} from agent_revisions where agent_id = $1 and version = $2`,
        [agentId, version],
      );
      return row === undefined ? null : toRevision(row);
    },

    async revisions(agentId, { before, limit }) {
      const rows = await sql.rows<RevisionRow>(
        `select ${revisionColumns} from agent_revisions
         where agent_id = $1 and ($2::int is null or version < $2) order by version desc limit $3`,
        [agentId, before ?? null, limit],
      );
      return rows.map(toRevision);
    },
  };
}

/** Of an agent `a` and what is counted of it. */
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

interface RevisionRow {
  agent_id: string;
  version: number;
  instructions: Instructions | null;
  source: AgentRevision["source"];
  author_id: string | null;
  restored_from: number | null;
  created_at: Date;
}

const toRevision = (row: RevisionRow): AgentRevision => ({
  agentId: row.agent_id,
  version: row.version,
  instructions: row.instructions,
  source: row.source,
  authorId: row.author_id,
  restoredFrom: row.restored_from,
  createdAt: row.created_at,
});
