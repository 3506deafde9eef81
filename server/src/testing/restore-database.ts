import pg from "pg";
import { pino } from "pino";
import { createEngineSchema } from "../engine/engine-schema.ts";
import { startPostgres } from "../postgres/start-postgres.ts";
import { migrate, readMigrations } from "../store/migrate.ts";

/** Content of a database as a past version left it. */
export interface SavedDatabase {
  /** Rows by `schema.table`, including the applied migrations. */
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** Last number of each sequence. */
  readonly sequences: readonly { readonly name: string; readonly last: number }[];
}

/**
 * Creates the embedded PostgreSQL of a data folder with a database of a past version, and stops it. Moves all times, so
 * that the last heartbeat of a worker is now. Otherwise, running turns would exceed their time limit.
 */
export async function restoreDatabase(dataDir: string, saved: SavedDatabase): Promise<void> {
  const postgres = await startPostgres({ dataDir, log: pino({ level: "silent" }) });
  try {
    await createSchemas(postgres.url, saved.rows);
    const url = new URL(postgres.url);
    // Only the superuser can disable foreign keys and triggers.
    url.username = "postgres";
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await fill(client, saved).finally(() => client.end());
  } finally {
    await postgres.stop();
  }
}

/** Applies the migrations of Tembo and of DBOS that the past version had. */
async function createSchemas(url: string, rows: SavedDatabase["rows"]): Promise<void> {
  const pool = new pg.Pool({ connectionString: url });
  try {
    const names = rows["public.migrations"]!.map(({ name }) => name);
    const migrations = await readMigrations();
    await migrate(pool, { migrations: migrations.filter(({ name }) => names.includes(name)) });
    const client = await pool.connect();
    const version = Number(rows["dbos.dbos_migrations"]![0]!.version);
    await createEngineSchema(client, version);
    client.release();
  } finally {
    await pool.end();
  }
}

async function fill(client: pg.Client, { rows, sequences }: SavedDatabase): Promise<void> {
  // The rows already include the effects of triggers.
  await client.query("set session_replication_role = replica");
  const { rows: tables } = await client.query<{ name: string; columns: string }>(tablesQuery);
  await client.query(`truncate ${tables.map(({ name }) => name).join(", ")}`);
  for (const { name, columns } of tables) {
    await client.query(
      `insert into ${name} (${columns}) overriding system value
       select ${columns} from jsonb_populate_recordset(null::${name}, $1)`,
      [JSON.stringify(rows[name] ?? [])],
    );
  }
  for (const { name, last } of sequences) await client.query("select setval($1, $2)", [name, last]);
  await moveTimes(client);
}

const tablesQuery = `
  select format('%I.%I', t.schemaname, t.tablename) as name, string_agg(format('%I', c.column_name), ', ') as columns
  from pg_tables t join information_schema.columns c
    on c.table_schema = t.schemaname and c.table_name = t.tablename and c.is_generated = 'NEVER'
  where t.schemaname in ('public', 'dbos') group by t.schemaname, t.tablename`;

/** Moves the times of all rows. DBOS stores times in milliseconds. */
async function moveTimes(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(`
    select format('update %I.%I set %s', table_schema, table_name, string_agg(case data_type
      when 'bigint' then format('%1$I = %1$I + case when %1$I > 1e12 then $1 else 0 end', column_name)
      else format('%1$I = %1$I + $1 * interval ''1 ms''', column_name) end, ', ')) as statement
    from information_schema.columns join pg_tables on schemaname = table_schema and tablename = table_name
    where table_schema = 'public' and data_type = 'timestamp with time zone'
      or table_schema = 'dbos' and data_type = 'bigint'
    group by table_schema, table_name`);
  const { rows: ages } = await client.query<{ ms: string }>(
    "select floor(extract(epoch from now() - max(heartbeat_at)) * 1000)::text as ms from workers",
  );
  for (const { statement } of rows) await client.query(statement.replaceAll("$1", ages[0]!.ms));
}
