import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { AppError } from "../core/base/index.ts";
import type { Written } from "./archive.ts";
import { copyRowsOut } from "./copy-rows.ts";
import {
  columnsOf,
  type DatabaseFacts,
  fileOf,
  type OwnNames,
  pathOf,
  type TableFacts,
  tablesFolder,
} from "./database-facts.ts";
import { explainRefusal, useNeutralSettings } from "./database-session.ts";

/** Parts of the database that other adapters know. */
export interface DatabaseParts {
  readonly migrations: readonly { readonly name: string; readonly text: string }[];
  readonly own: OwnNames;
  readonly engineSchema: string;
  readEngineVersion(client: pg.ClientBase): Promise<number | null>;
}

export interface DatabaseDump {
  readonly facts: DatabaseFacts;
  /** Checksums of the files, by name in the backup. */
  readonly files: Readonly<Record<string, Written>>;
}

/**
 * Writes the rows of all tables to files below `folder`, as they are at one moment, while others use the database. Calls `alsoRead` in the
 * same transaction. Throws `invalid_input` if a newer version migrated the database, or if the user may not read a table. After an error, the
 * caller must end the connection.
 */
export async function dumpDatabase(
  client: pg.ClientBase,
  folder: string,
  parts: DatabaseParts,
  alsoRead: (client: pg.ClientBase) => Promise<void> = async () => {},
): Promise<DatabaseDump> {
  await mkdir(join(folder, tablesFolder), { mode: 0o700 });
  const locked = (await listTables(client, parts)).map(pathOf);
  return readAtOnce(client, { ...parts, locked }, async (migrations) => {
    const listed = await listTables(client, parts);
    const added = listed.map(pathOf).filter((path) => !locked.includes(path));
    if (added.length > 0)
      throw new AppError(
        "conflict",
        `A migration added tables during the backup: ${added.join(", ")}. Run the backup again.`,
      );
    const tables: TableFacts[] = [];
    const files: Record<string, Written> = {};
    for (const table of listed) {
      const statement = `copy ${pathOf(table)} (${columnsOf(table)}) to stdout`;
      const { rows, written } = await copyRowsOut(client, statement, join(folder, fileOf(table)));
      tables.push({ ...table, rows });
      files[fileOf(table)] = written;
    }
    await alsoRead(client);
    const facts: DatabaseFacts = {
      migrations,
      engineVersion: await parts.readEngineVersion(client),
      tables,
      sequences: await listSequences(client, listed),
    };
    return { facts, files };
  });
}

/**
 * Calls `read` in a transaction that sees the database as it is at one moment, with the applied migrations. Locks the tables with the paths
 * `locked` against migrations. Throws the errors of `dumpDatabase`. After an error, the caller must end the connection.
 */
export async function readAtOnce<T>(
  client: pg.ClientBase,
  { migrations, locked = [] }: Pick<DatabaseParts, "migrations"> & { readonly locked?: readonly string[] },
  read: (migrations: DatabaseFacts["migrations"]) => Promise<T>,
): Promise<T> {
  await client.query("begin isolation level repeatable read read only");
  try {
    // The first query defines the moment, and these statements do not. A migration that rewrites a table, or a TRUNCATE, between that moment and
    // the lock would make the table look empty to this transaction.
    await client.query("set local statement_timeout = 0; set local lock_timeout = '30s'");
    if (locked.length > 0) await client.query(`lock table ${locked.join(", ")} in access share mode`);
    await useNeutralSettings(client);
    const result = await read(await readMigrations(client, { migrations }));
    await client.query("commit");
    return result;
  } catch (cause) {
    // The caller ends the connection, which rolls back. A rollback here would wait forever for a COPY whose rows no client reads.
    throw explainRefusal(cause, "read");
  }
}

async function readMigrations(
  client: pg.ClientBase,
  { migrations }: Pick<DatabaseParts, "migrations">,
): Promise<Record<string, string>> {
  const { rows: found } = await client.query<{ isThere: boolean }>(
    `select to_regclass('public.migrations') is not null as "isThere"`,
  );
  if (found[0]!.isThere !== true)
    throw new AppError(
      "invalid_input",
      "The database contains no data of Tembo. Set DATABASE_URL to the value that the server uses.",
    );
  const { rows } = await client.query<{ name: string; checksum: string }>(
    "select name, checksum from public.migrations order by name",
  );
  const unknown = rows.find(({ name }) => !migrations.some((migration) => migration.name === name));
  if (unknown !== undefined)
    throw new AppError(
      "invalid_input",
      `A newer version of Tembo migrated the database (${unknown.name}). Run this command with that version.`,
    );
  return Object.fromEntries(rows.map(({ name, checksum }) => [name, checksum]));
}

/** Lists the tables with the columns that can be written. */
async function listTables(
  client: pg.ClientBase,
  { own, engineSchema }: DatabaseParts,
): Promise<Omit<TableFacts, "rows">[]> {
  const { rows } = await client.query<Omit<TableFacts, "rows">>(
    `select n.nspname as schema, c.relname as name,
       array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relkind = 'r' and (n.nspname = $1 or n.nspname = 'public' and c.relname = any ($2))
     group by 1, 2 order by 1, 2`,
    [engineSchema, own.tables],
  );
  return rows;
}

/** Lists the sequences that were used. They belong to columns of the tables. */
async function listSequences(
  client: pg.ClientBase,
  tables: readonly Omit<TableFacts, "rows">[],
): Promise<DatabaseFacts["sequences"]> {
  const { rows } = await client.query<DatabaseFacts["sequences"][number]>(
    `select s.schemaname as schema, s.sequencename as name, s.last_value::text as value
     from pg_sequences s
     join pg_depend d on d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
       and d.objid = format('%I.%I', s.schemaname, s.sequencename)::regclass
     where s.last_value is not null and d.refobjid::regclass = any ($1::regclass[]) order by 1, 2`,
    [tables.map(pathOf)],
  );
  return rows;
}
