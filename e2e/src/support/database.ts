import { join } from "node:path";
import pg from "pg";

/**
 * Returns every row of every table in the embedded PostgreSQL, including DBOS tables. The rows are text, by
 * "schema.table".
 */
export async function dumpDatabase(dataDir: string): Promise<Map<string, string[]>> {
  const client = new pg.Client({
    connectionString: `postgresql://tembo@localhost:5432/tembo?host=${encodeURIComponent(join(dataDir, "postgres", "run"))}`,
  });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const dump = new Map<string, string[]>();
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      dump.set(
        name,
        rows.map(({ row }) => row),
      );
    }
    return dump;
  } finally {
    await client.end();
  }
}
