import { join } from "node:path";
import pg from "pg";
import { AppError, reason } from "../core/base/index.ts";
import { copyRowsIn } from "./copy-rows.ts";
import { columnsOf, type DatabaseFacts, fileOf, pathOf, type TableFacts } from "./database-facts.ts";
import { explainRefusal, useNeutralSettings } from "./database-session.ts";

export interface LoadParts {
  /** Creates the tables as they were when the dump was made, without rows of their own. */
  createSchema(client: pg.ClientBase, facts: DatabaseFacts): Promise<void>;
  readonly engineSchema: string;
}

/**
 * Creates the tables of a dump in an empty database, and fills them, within the transaction of the client. Verifies the number of rows of
 * each table, and all references between tables. Throws `invalid_input` if the dump is damaged, or if the user may not create the tables.
 */
export async function loadDatabase(
  client: pg.ClientBase,
  { facts, folder }: { readonly facts: DatabaseFacts; readonly folder: string },
  { createSchema, engineSchema }: LoadParts,
): Promise<void> {
  try {
    await useNeutralSettings(client);
    await createSchema(client, facts);
    const tables = facts.tables.map(pathOf).join(", ");
    const references = await dropReferences(client, engineSchema);
    for (const table of facts.tables) await client.query(`alter table ${pathOf(table)} disable trigger user`);
    // Migrations insert rows, which the dump also contains.
    await client.query(`truncate ${tables}`);
    for (const table of facts.tables) await loadTable(client, table, folder);
    for (const { table, name, definition } of references)
      await client
        .query(`alter table ${table} add constraint "${name}" ${definition}`)
        .catch((cause: unknown) => {
          throw damaged(`the reference ${name} of ${table} leads to missing rows`, cause);
        });
    for (const table of facts.tables) await client.query(`alter table ${pathOf(table)} enable trigger user`);
    for (const { schema, name, value } of facts.sequences)
      await client.query("select setval(format('%I.%I', $1::text, $2::text)::regclass, $3::bigint)", [
        schema,
        name,
        value,
      ]);
    await client.query(`analyze ${tables}`);
  } catch (cause) {
    throw explainRefusal(cause, "write");
  }
}

async function loadTable(client: pg.ClientBase, table: TableFacts, folder: string): Promise<void> {
  const name = `${table.schema}.${table.name}`;
  const statement = `copy ${pathOf(table)} (${columnsOf(table)}) from stdin`;
  const rows = await copyRowsIn(client, statement, join(folder, fileOf(table))).catch((cause: unknown) => {
    throw damaged(`the rows of ${name} cannot be read`, cause);
  });
  if (rows !== table.rows) throw damaged(`${name} has ${rows} rows instead of ${table.rows}`);
}

/** Returns an error that names the damage, or the cause itself if the backup is not the reason, such as a full disk. */
function damaged(problem: string, cause?: unknown): unknown {
  const isOfValues =
    cause instanceof pg.DatabaseError ? /^2[23]/.test(cause.code ?? "") : isCompression(cause);
  if (cause !== undefined && !isOfValues) return cause;
  const why = cause === undefined ? "" : ` (${reason(cause)})`;
  return new AppError("invalid_input", `The backup is damaged: ${problem}${why}. Restore another backup.`, {
    cause,
  });
}

const isCompression = (cause: unknown) =>
  cause instanceof Error && "code" in cause && /^(Z|ERR_ZLIB)/.test(String(cause.code));

interface Reference {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/** Drops the foreign keys and returns them, because tables can refer to each other in a circle. */
async function dropReferences(client: pg.ClientBase, engineSchema: string): Promise<readonly Reference[]> {
  const { rows } = await client.query<Reference>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace in ('public'::regnamespace, to_regnamespace($1))
     order by 1, 2`,
    [engineSchema],
  );
  for (const { table, name } of rows) await client.query(`alter table ${table} drop constraint "${name}"`);
  return rows;
}

/** Throws `conflict` if the database contains anything but extensions, or `invalid_input` if it cannot store all characters. */
export async function requireEmptyDatabase(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
     order by 1 limit 3`,
  );
  const { rows: places } = await client.query<{ name: string; encoding: string }>(
    "select current_database() as name, current_setting('server_encoding') as encoding",
  );
  const { name, encoding } = places[0]!;
  if (rows.length > 0)
    throw new AppError(
      "conflict",
      `The database "${name}" is not empty: it contains ${rows.map((row) => row.name).join(", ")}. Create an empty database, and set DATABASE_URL to it.`,
    );
  if (encoding !== "UTF8")
    throw new AppError(
      "invalid_input",
      `The database "${name}" has the encoding ${encoding}, and Tembo requires UTF8. Create another database with "create database tembo encoding 'UTF8' template template0", and set DATABASE_URL to it.`,
    );
}
