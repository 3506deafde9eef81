import type pg from "pg";
import { AppError } from "../core/base/index.ts";
import { type OwnNames, pathOf } from "./database-facts.ts";
import { explainRefusal } from "./database-session.ts";

/** Time for which the lock waits for statements of other processes. */
const lockTimeoutMs = 5_000;
const lockNotAvailable = "55P03";

/**
 * Begins a transaction in which no other connection can use Tembo's tables, and returns these. Throws `conflict` with the connections that use
 * them if they do not end soon.
 */
export async function lockDatabase(
  client: pg.ClientBase,
  own: OwnNames,
  engineSchema: string,
): Promise<readonly string[]> {
  await client.query("begin");
  const { rows } = await client.query<{ schema: string; name: string }>(
    `select schemaname as schema, tablename as name from pg_tables
     where schemaname = $1 or schemaname = 'public' and tablename = any ($2) order by 1, 2`,
    [engineSchema, own.tables],
  );
  const tables = rows.map(pathOf);
  if (!tables.includes(pathOf({ schema: "public", name: "migrations" }))) throw noTables();
  try {
    await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
    await client.query(`lock table ${tables.join(", ")} in access exclusive mode`);
    return tables;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== lockNotAvailable) throw explainRefusal(cause, "write");
    await client.query("rollback");
    const users = await listConnections(client);
    throw new AppError(
      "conflict",
      `These connections use the tables: ${users.join(", ")}. Stop their processes, and try again.`,
      { cause },
    );
  }
}

const noTables = () =>
  new AppError(
    "invalid_input",
    "The database contains no data of Tembo. Set DATABASE_URL to the value that the server uses.",
  );

/** Lists the connections of others with an open transaction in this database. */
async function listConnections(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%s at %s (PID %s of PostgreSQL)', coalesce(nullif(application_name, ''), usename, 'unknown'),
       coalesce(host(client_addr), 'a local socket'), pid) as name
     from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
     order by xact_start`,
  );
  return rows.map(({ name }) => name);
}

/**
 * Drops the tables from `lockDatabase`, and Tembo's functions. Objects of other programs in the database stay. Throws `conflict` if such an object
 * depends on them, or `invalid_input` if the user may not drop them.
 */
export async function dropDatabase(
  client: pg.ClientBase,
  tables: readonly string[],
  { own, engineSchema }: { readonly own: OwnNames; readonly engineSchema: string },
): Promise<void> {
  const functions = await listFunctions(client, { own, engineSchema, tables });
  const drop = async (kind: string, names: readonly string[]) => {
    if (names.length > 0) await client.query(`drop ${kind} ${names.join(", ")}`);
  };
  try {
    // Some functions depend on tables, and triggers of tables on others.
    await drop(
      "function",
      functions.filter(({ isOnTables }) => isOnTables).map(({ name }) => name),
    );
    await drop("table", tables);
    await drop(
      "function",
      functions.filter(({ isOnTables }) => !isOnTables).map(({ name }) => name),
    );
    await client.query(`drop schema if exists ${engineSchema}`);
  } catch (cause) {
    throw explainRefusal(cause, "write");
  }
}

/** Lists Tembo's functions. `isOnTables` is true if a parameter or the result has the type of a table's row. */
async function listFunctions(
  client: pg.ClientBase,
  { own, engineSchema, tables }: { own: OwnNames; engineSchema: string; tables: readonly string[] },
) {
  const { rows } = await client.query<{ name: string; isOnTables: boolean }>(
    `select p.oid::regprocedure::text as name, exists (
       select from pg_depend d join pg_type r on r.oid = d.refobjid
       where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.refclassid = 'pg_type'::regclass
         and r.typrelid = any ($2::text[]::regclass[])) as "isOnTables"
     from pg_proc p
     where (p.pronamespace = to_regnamespace($3)
         or p.pronamespace = 'public'::regnamespace and p.proname = any ($1))
       and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e')`,
    [own.functions, tables, engineSchema],
  );
  return rows;
}
