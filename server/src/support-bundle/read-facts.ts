import { eventData } from "@tembo/contract";
import type pg from "pg";

/** Facts about a database for a bug report: numbers and names of Tembo's own tables, states and event types. */
export interface DatabaseFacts {
  readonly postgres: number;
  readonly migrations: {
    readonly applied: number;
    /** Newest applied migration that this version knows. */
    readonly newest: string | null;
    readonly pending: readonly string[];
    /** Number of applied migrations that this version does not know. */
    readonly unknown: number;
  };
  readonly servers: readonly { readonly heartbeatSeconds: number }[];
  readonly workers: readonly WorkerFacts[];
  /** Number of rows by table and state. */
  readonly queues: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly tables: readonly { readonly name: string; readonly bytes: number; readonly rows: number }[];
  /** Number of events of the last seven days, by type. */
  readonly events: Readonly<Record<string, number>>;
}

interface WorkerFacts {
  readonly machine: number;
  readonly heartbeatSeconds: number;
  readonly isDraining: boolean;
  readonly turnLimit: number;
}

/** Maximum number of servers and workers in a report. */
const maxProcesses = 500;
const eventDays = 7;

/** Tables whose rows wait for work, with their states. Rows with other states are counted as "other". */
const queues: Readonly<Record<string, readonly string[]>> = {
  turns: ["queued", "running", "completed", "failed", "cancelled"],
  project_builds: ["pending", "running", "completed", "failed", "cancelled"],
  agent_runs: ["queued", "running", "completed", "failed", "cancelled", "skipped"],
  deliveries: ["received", "worked", "ignored", "failed"],
  outgoing_deliveries: ["pending", "succeeded", "failed"],
  "dbos.workflow_status": [
    "ENQUEUED",
    "DELAYED",
    "PENDING",
    "SUCCESS",
    "ERROR",
    "CANCELLED",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED",
  ],
};

interface Migration {
  readonly name: string;
  readonly text: string;
}

type Query = <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;

/** Tables of DBOS. */
const engineTables = [
  "application_versions",
  "dbos_migrations",
  "event_dispatch_kv",
  "notifications",
  "operation_outputs",
  "queues",
  "streams",
  "workflow_events",
  "workflow_events_history",
  "workflow_input",
  "workflow_output",
  "workflow_schedules",
  "workflow_status",
];

/**
 * Reads the facts. `migrations` are those of this version. Never reads text that people, agents or forges wrote, nor names of tables that
 * belong to other applications.
 */
export async function readFacts(pool: pg.Pool, migrations: readonly Migration[]): Promise<DatabaseFacts> {
  const known = migrations.map(({ name }) => name);
  const query: Query = async (text, values) => (await pool.query(text, values)).rows;
  const tables = await query<{ name: string; bytes: number; rows: number }>(tablesQuery, [
    findOwnTables(migrations),
  ]);
  const names = new Set(tables.map(({ name }) => name));
  const counts: Record<string, Record<string, number>> = {};
  for (const [table, states] of Object.entries(queues))
    if (names.has(table)) counts[table] = await countStates(query, table, states);
  return {
    postgres: (await query<{ version: number }>(versionQuery))[0]!.version,
    migrations: names.has("migrations") ? await readMigrationFacts(query, known) : noMigrations(known),
    servers: names.has("servers") ? await query(serversQuery) : [],
    workers: names.has("workers") ? await query(workersQuery) : [],
    queues: counts,
    tables,
    events: names.has("events") ? await countEvents(query) : {},
  };
}

/** Returns all tables that the migrations ever created, and those of DBOS. */
function findOwnTables(migrations: readonly Migration[]): string[] {
  const created = migrations.flatMap(({ text }) =>
    [...text.matchAll(/\bcreate (?:unlogged )?table (?:if not exists )?(\w+)|\brename to (\w+)/gi)].map(
      ([, table, renamed]) => (table ?? renamed)!,
    ),
  );
  return ["migrations", ...created, ...engineTables.map((name) => `dbos.${name}`)];
}

const noMigrations = (known: readonly string[]) => ({ applied: 0, newest: null, pending: known, unknown: 0 });

async function readMigrationFacts(
  query: Query,
  known: readonly string[],
): Promise<DatabaseFacts["migrations"]> {
  const applied = new Set(
    (await query<{ name: string }>("select name from migrations")).map(({ name }) => name),
  );
  const both = known.filter((name) => applied.has(name));
  return {
    applied: applied.size,
    newest: both.at(-1) ?? null,
    pending: known.filter((name) => !applied.has(name)),
    unknown: applied.size - both.length,
  };
}

async function countStates(query: Query, table: string, states: readonly string[]) {
  const rows = await query<{ state: string; count: number }>(
    `select case when status = any ($1) then status else 'other' end as state, count(*)::float8 as count
     from ${table} group by 1 order by 1`,
    [states],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function countEvents(query: Query): Promise<Record<string, number>> {
  const types = eventData.options.map((option) => option.unwrap().shape.type.value);
  const rows = await query<{ type: string; count: number }>(
    `select case when data->>'type' = any ($1) then data->>'type' else 'other' end as type, count(*)::float8 as count
     from events where created_at > now() - make_interval(days => $2) group by 1 order by 1`,
    [types, eventDays],
  );
  return Object.fromEntries(rows.map(({ type, count }) => [type, count]));
}

const versionQuery = `select current_setting('server_version_num')::int as version`;

const tablesQuery = `
  select name, pg_total_relation_size(oid)::float8 as bytes, greatest(reltuples, 0)::float8 as rows
  from (
    select case n.nspname when 'public' then c.relname else format('%s.%s', n.nspname, c.relname) end as name, c.oid, c.reltuples
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('public', 'dbos')
  ) as tables where name = any ($1) order by 2 desc, 1`;

const heartbeat = `greatest(0, extract(epoch from now() - heartbeat_at))::int as "heartbeatSeconds"`;
const serversQuery = `select ${heartbeat} from servers order by heartbeat_at desc limit ${maxProcesses}`;
// Machines are numbered, because their host names are not needed.
const workersQuery = `
  select dense_rank() over (order by coalesce(machine_id, id))::int as machine, ${heartbeat},
    is_draining as "isDraining", turn_limit as "turnLimit"
  from workers where stopped_at is null order by heartbeat_at desc limit ${maxProcesses}`;
