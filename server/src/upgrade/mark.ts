import type pg from "pg";

export type Queryable = Pick<pg.Pool, "query">;

/** State of a database at a moment, with which `findWrites` finds out whether anything was written since. */
export interface Mark {
  /** Transaction ID that was assigned at the moment. */
  readonly transaction: string;
  /** Number of rows of each table. For tables in `usedTables`, the number and a checksum of the rows. */
  readonly tables: Readonly<Record<string, string>>;
}

/**
 * Tables that a server without work also writes, or that contain nothing to preserve. All other tables count, so that a new
 * table counts unless it is added here. The tables of DBOS do not count either, because work of a person also writes a table
 * of Tembo.
 */
const ignored: readonly string[] = [
  // A change that it records also writes another table, unless it records only a start or a failed sign-in.
  "audit_events",
  "budget_reservations",
  "forge_owner",
  "idempotent_requests",
  "invitation_links",
  "known_browsers",
  "live_tickets",
  "machines",
  "rate_limits",
  "servers",
  "session_card_epochs",
  "state_checks",
  "warm_sandboxes",
  "worker_links",
  "workers",
];

/** Columns that change when a row is only used or checked in the background, by table. */
const usedTables: Readonly<Record<string, readonly string[]>> = {
  api_keys: ["last_used_at", "expires_at"],
  integrations: ["last_synced_at"],
  projects: ["branches_checked_at"],
  sessions: ["workspace_checked_at"],
};

/** Creates a mark. Reads every table, so it takes time in a large database. */
export async function takeMark(pool: Queryable): Promise<Mark> {
  const transaction = await currentTransaction(pool);
  const entries: [string, string][] = [];
  for (const table of await listTables(pool)) entries.push([table, await summarize(pool, table)]);
  return { transaction, tables: Object.fromEntries(entries) };
}

/**
 * Returns the names of the tables in which rows were inserted, changed or deleted since the mark, or were added to the
 * database. An insert and an update leave a row of a later transaction, and a delete alone changes the number of rows.
 * Returns null if the mark does not belong to this database.
 */
export async function findWrites(pool: Queryable, mark: Mark): Promise<readonly string[] | null> {
  if (BigInt(await currentTransaction(pool)) <= BigInt(mark.transaction)) return null;
  const tables = await listTables(pool);
  const written = Object.keys(mark.tables).filter((table) => !tables.includes(table));
  for (const table of tables) {
    const isChanged =
      (await summarize(pool, table)) !== mark.tables[table] ||
      (!(table in usedTables) && (await hasLaterRow(pool, table, mark.transaction)));
    if (isChanged) written.push(table);
  }
  return written;
}

/**
 * Returns the names of the tables that contain rows which were written since the transaction, and not by a migration. Every table counts,
 * because any process that starts writes at least its heartbeat. Returns null if the transaction does not belong to this database.
 */
export async function findWritesBesideMigrations(
  pool: Queryable,
  transaction: string,
): Promise<readonly string[] | null> {
  if (BigInt(await currentTransaction(pool)) <= BigInt(transaction)) return null;
  const { rows: tables } = await pool.query<{ name: string; path: string }>(
    `select tablename as name, format('%I.%I', schemaname, tablename) as path
     from pg_tables where schemaname in ('public', 'dbos') order by 1`,
  );
  const written: string[] = [];
  // A migration adds its name in the transaction in which it changes the schema. Before the first one, the table is missing.
  const byMigrations = tables.some(({ name }) => name === "migrations")
    ? "and t.xmin::text not in (select m.xmin::text from migrations m where age(m.xmin) < age(($1::xid8)::xid))"
    : "";
  for (const { name, path } of tables) {
    const { rows } = await pool.query<{ found: boolean }>(
      `select exists (select from ${path} t where age(t.xmin) < age(($1::xid8)::xid) ${byMigrations}) as found`,
      [transaction],
    );
    if (rows[0]!.found) written.push(name);
  }
  return written;
}

/** Returns a new transaction ID. Rows that are written later have later IDs. */
async function currentTransaction(pool: Queryable): Promise<string> {
  const { rows } = await pool.query<{ id: string }>("select pg_current_xact_id()::text as id");
  return rows[0]!.id;
}

async function listTables(pool: Queryable): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename <> all ($1) order by 1`,
    [ignored],
  );
  return rows.map(({ name }) => name);
}

async function summarize(pool: Queryable, table: string): Promise<string> {
  const columns = usedTables[table];
  const checksum =
    columns === undefined
      ? ""
      : ` || ' ' || md5(coalesce(string_agg(md5((to_jsonb(t) - $1::text[])::text), '' order by md5((to_jsonb(t) - $1::text[])::text)), ''))`;
  const { rows } = await pool.query<{ summary: string }>(
    `select count(*)::text${checksum} as summary from "${table}" t`,
    columns === undefined ? [] : [columns],
  );
  return rows[0]!.summary;
}

/** Compares ages, because row versions contain only the low 32 bits of a transaction's ID. */
async function hasLaterRow(pool: Queryable, table: string, transaction: string): Promise<boolean> {
  const { rows } = await pool.query<{ found: boolean }>(
    `select exists (select from "${table}" where age(xmin) < age(($1::xid8)::xid)) as found`,
    [transaction],
  );
  return rows[0]!.found;
}
