import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import pg from "pg";
import { AppError, type Logger, reason, withReason } from "../core/base/index.ts";
import { type Backoff, backoffMs } from "../runtime/backoff.ts";
import { retry } from "../runtime/retry.ts";
import { createWaitOut, type WaitOut } from "./lost-connection.ts";
import { findOlderProcesses, readRequiredMigration } from "./required-migration.ts";

/** ID of the advisory lock that every process takes before it migrates. */
const lockKey = 8_315_204_401;
/**
 * Time for which a migration waits for a table that other processes use. Their statements wait behind it. The time is
 * shorter than PostgreSQL's deadlock_timeout, so the migration normally gives up before a deadlock ends other work.
 */
const lockTimeoutMs = 500;
const lockNotAvailable = "55P03";
const patienceMs = 60_000;
const pauses: Backoff = { firstMs: 500, maxMs: 5_000 };
const directory = new URL("./migrations/", import.meta.url);

export interface MigrateOptions {
  readonly log?: Logger;
  /** Migrations to apply. Defaults to the migrations of this version. */
  readonly migrations?: readonly Migration[];
  /** Time for which a migration waits for other processes. */
  readonly patienceMs?: number;
}

export interface Migration {
  /** File name, such as `0001-initial.sql`. The number determines the order. */
  readonly name: string;
  readonly text: string;
}

/**
 * Migrates the database to this version's schema, each migration in a separate transaction. Several processes may call
 * this concurrently. Accepts a database with newer migrations if this version knows the required migration. Otherwise,
 * throws `internal`, as for an applied migration that was changed, a migration that fails, which it names, or a new
 * database without Unicode. Throws `conflict` if a migration has waited for a minute for other processes.
 */
export async function migrate(pool: pg.Pool, options: MigrateOptions = {}): Promise<void> {
  const migrations = options.migrations ?? (await readMigrations());
  const log = options.log ?? silent;
  const waitOut = createWaitOut({ log });
  const onIdleLost = (error: Error) => log.warn({ reason: reason(error) }, "idle database connection lost");
  pool.on("error", onIdleLost);
  try {
    // If there is nothing to migrate, as on nearly every start, runs only a few reads. One query per migration would be
    // slow on an overloaded machine.
    const applied = await waitOut(() => readApplied(pool));
    if (applied.size === 0) await waitOut(() => requireUnicode(pool));
    for (const migration of migrations) {
      const checksum = applied.get(migration.name);
      if (checksum === undefined) await applyWhenFree(migration, { ...options, pool, log, waitOut });
      else requireUnchanged(migration, checksum);
    }
    await requireSupported(migrations, { pool, log, waitOut });
  } finally {
    pool.off("error", onIdleLost);
  }
}

/** Name of the newest migration that this version knows. */
export async function newestMigration(): Promise<string> {
  return (await readMigrations()).at(-1)!.name;
}

interface Parts {
  readonly pool: pg.Pool;
  readonly log: Logger;
  readonly waitOut: WaitOut;
}

async function requireSupported(
  migrations: readonly Migration[],
  { pool, log, waitOut }: Parts,
): Promise<void> {
  const known = migrations.map(({ name }) => name);
  const { rows } = await waitOut(() =>
    pool.query<{ name: string }>(
      'select name from migrations where not name = any ($1) order by name collate "C" desc limit 1',
      [known],
    ),
  );
  if (rows[0] === undefined) return;
  const required = await waitOut(() => readRequiredMigration(pool));
  const newest = known.at(-1);
  if (required === null || newest === undefined || newest < required) {
    throw new AppError(
      "internal",
      `The database was migrated by a newer version of Tembo (${required ?? rows[0].name}). Start that version, or restore a backup.`,
    );
  }
  log.info(
    { newest: rows[0].name },
    "a newer version of Tembo migrated the database; this version can still use it",
  );
}

/** Returns the checksums of the applied migrations, by name. */
async function readApplied(pool: pg.Pool): Promise<ReadonlyMap<string, string>> {
  const { rows: found } = await pool.query<{ isThere: boolean }>(
    `select to_regclass('migrations') is not null as "isThere"`,
  );
  if (found[0]?.isThere !== true) return new Map();
  const { rows } = await pool.query<{ name: string; checksum: string }>(
    "select name, checksum from migrations",
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

/** Throws `internal` if the database cannot store all characters. Its encoding cannot change later. */
async function requireUnicode(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ encoding: string; name: string }>(
    "select current_setting('server_encoding') as encoding, current_database() as name",
  );
  const { encoding, name } = rows[0]!;
  if (encoding === "UTF8") return;
  throw new AppError(
    "internal",
    `The database "${name}" has the encoding ${encoding}, and Tembo requires UTF8. Create another database with "create database tembo encoding 'UTF8' template template0", and set DATABASE_URL to it.`,
  );
}

const checksumOf = (text: string) => createHash("sha256").update(text).digest("hex");

function requireUnchanged({ name, text }: Migration, checksum: string): void {
  if (checksum === checksumOf(text)) return;
  throw new AppError(
    "internal",
    `Migration ${name} was changed after it was applied to this database. Restore the file, and add a new migration instead.`,
  );
}

/** Applies a migration. Waits while other processes use its tables, or are too old for it. */
async function applyWhenFree(
  migration: Migration,
  { pool, log, waitOut, patienceMs: limitMs = patienceMs }: Parts & MigrateOptions,
): Promise<void> {
  const apply = () => waitOut(() => applyOnce(pool, migration)).catch(nameMigration(migration));
  const obstacle = await retry(apply, {
    afterResult: (found, { number, elapsedMs }) => {
      if (found === null || elapsedMs > limitMs) return null;
      log.warn({ migration: migration.name, reason: found }, "a migration waits for other processes");
      return backoffMs(pauses, number);
    },
  });
  if (obstacle !== null) throw new AppError("conflict", obstacle);
}

/** Returns a function that adds the migration's name to a database error. PostgreSQL has already rolled the migration back. */
const nameMigration =
  ({ name }: Migration) =>
  (cause: unknown): never => {
    if (!(cause instanceof pg.DatabaseError)) throw cause;
    throw new AppError("internal", withReason(`The migration ${name} failed`, cause), { cause });
  };

const migrationsTable = `create table if not exists migrations (
  name text primary key,
  checksum text not null,
  applied_at timestamptz(3) not null default now()
)`;

/**
 * Creates the schema of a backup in an empty database, within the transaction of the client. `applied` has the checksums of the backup's
 * migrations, by name. Does not record the migrations. Throws `invalid_input` if this version does not know one of them.
 */
export async function createSchema(
  client: pg.ClientBase,
  applied: Readonly<Record<string, string>>,
): Promise<void> {
  const migrations = (await readMigrations()).filter(({ name }) => name in applied);
  const unknown = Object.keys(applied).find((name) => !migrations.some((one) => one.name === name));
  const changed = migrations.find(({ name, text }) => applied[name] !== checksumOf(text))?.name;
  const difference =
    unknown !== undefined
      ? `has the migration ${unknown}, which this version does not know`
      : `has another content of the migration ${changed}`;
  if (unknown !== undefined || changed !== undefined)
    throw new AppError(
      "invalid_input",
      `The backup was made by another version of Tembo: it ${difference}. Install that version, then restore.`,
    );
  await client.query(migrationsTable);
  for (const migration of migrations) await client.query(migration.text).catch(nameMigration(migration));
}

/** Applies a migration, unless it is already applied. Returns null, or the reason why nothing was changed. */
async function applyOnce(pool: pg.Pool, migration: Migration): Promise<string | null> {
  const { name, text } = migration;
  let isWaitingForTables = false;
  const client = await pool.connect();
  let broken: Error | undefined;
  const noteBroken = (error: Error) => {
    broken = error;
  };
  client.on("error", noteBroken);
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [lockKey]);
    await client.query(migrationsTable);
    const { rows } = await client.query<{ checksum: string }>(
      "select checksum from migrations where name = $1",
      [name],
    );
    if (rows[0] === undefined) {
      await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
      isWaitingForTables = true;
      await client.query(text);
      isWaitingForTables = false;
      const older = await olderProcesses(client);
      if (older.length > 0) {
        await client.query("rollback");
        return `${name} requires a version that these processes do not have: ${older.join(", ")}. Stop them, and start this one again.`;
      }
      await client.query("insert into migrations (name, checksum) values ($1, $2)", [name, checksumOf(text)]);
    } else requireUnchanged(migration, rows[0].checksum);
    await client.query("commit");
    return null;
  } catch (error) {
    await client.query("rollback").catch(noteBroken);
    const { code } = error as NodeJS.ErrnoException;
    if (isWaitingForTables && code === lockNotAvailable)
      return `${name} cannot lock its tables, because other processes use them. Stop the processes with long transactions, and start this one again.`;
    throw error;
  } finally {
    client.off("error", noteBroken);
    client.release(broken);
  }
}

async function olderProcesses(client: pg.PoolClient): Promise<string[]> {
  const required = await readRequiredMigration(client);
  return required === null ? [] : findOlderProcesses(client, required);
}

export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(new URL(name, directory), "utf8") })),
  );
}

const silent: Logger = { info: () => {}, warn: () => {}, error: () => {} };
