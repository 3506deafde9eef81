import type pg from "pg";
import { dumpSchema } from "../store/dump-schema.ts";

/** Returns all rows and sequences of a database, and its schema, so that a test can compare two databases. */
export async function readContent(pool: pg.Pool): Promise<Readonly<Record<string, unknown>>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('public', 'dbos') order by 1`,
  );
  const content: Record<string, unknown> = { schema: await dumpSchema(pool) };
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(
      `select to_jsonb(t)::text as row from ${name} t order by 1`,
    );
    content[name] = rows.map(({ row }) => row);
  }
  const objects = {
    sequences: `select schemaname, sequencename, last_value::text from pg_sequences order by 1, 2`,
    triggers: `select tgrelid::regclass::text as of, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2`,
    engine: `select indexdef as text from pg_indexes where schemaname = 'dbos'
      union all select conrelid::regclass || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'dbos'::regnamespace
      union all select table_name || column_name || data_type from information_schema.columns where table_schema = 'dbos'
      order by 1`,
  };
  for (const [name, text] of Object.entries(objects)) content[name] = (await pool.query(text)).rows;
  return content;
}
