import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type pg from "pg";
import { AppError, type Logger, reason } from "../core/base/index.ts";
import { createWaitOut, type WaitOut } from "./lost-connection.ts";

/** ID of the advisory lock that every process takes before it migrates. */
const lockKey = 8_315_204_401;
const directory = new URL("./migrations/", import.meta.url);

export interface MigrateOptions {
  readonly log?: Logger;
  /** Migrations to apply. Defaults to the migrations of this version. */
  readonly migrations?: readonly Migration[];
}

export interface Migration {
  /** File name, such as `0001-initial.sql`. The number determines the order. */
  readonly name: string;
  readonly text: string;
}

/**
 * Migrates the database to this version's schema, each migration in a separate transaction. Several processes may call
 * this concurrently. Throws `internal` if an applied migration was changed, or if the database is newer than this
 * version.
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
    for (const migration of migrations) {
      const checksum = applied.get(migration.name);
      if (checksum === undefined) await waitOut(() => applyOnce(pool, migration));
      else requireUnchanged(migration, checksum);
    }
    await refuseNewerDatabase(pool, migrations, waitOut);
  } finally {
    pool.off("error", onIdleLost);
  }
}

async function refuseNewerDatabase(pool: pg.Pool, migrations: readonly Migration[], waitOut: WaitOut) {
  const known = migrations.map((one) => one.name);
  const { rows } = await waitOut(() =>
    pool.query<{ name: string }>("select name from migrations where not name = any ($1) limit 1", [known]),
  );
  if (rows[0] !== undefined) {
    throw new AppError(
      "internal",
      `The database was migrated by a newer version of Tembo (${rows[0].name}). Start that version, or restore a backup.`,
    );
  }
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

const checksumOf = (text: string) => createHash("sha256").update(text).digest("hex");

function requireUnchanged({ name, text }: Migration, checksum: string): void {
  if (checksum === checksumOf(text)) return;
  throw new AppError(
    "internal",
    `Migration ${name} was changed after it was applied to this database. Restore the file, and add a new migration instead.`,
  );
}

async function applyOnce(pool: pg.Pool, migration: Migration): Promise<void> {
  const { name, text } = migration;
  const client = await pool.connect();
  let broken: Error | undefined;
  const noteBroken = (error: Error) => {
    broken = error;
  };
  client.on("error", noteBroken);
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [lockKey]);
    await client.query(`create table if not exists migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz(3) not null default now()
    )`);
    const { rows } = await client.query<{ checksum: string }>(
      "select checksum from migrations where name = $1",
      [name],
    );
    if (rows[0] === undefined) {
      await client.query(text);
      await client.query("insert into migrations (name, checksum) values ($1, $2)", [name, checksumOf(text)]);
    } else requireUnchanged(migration, rows[0].checksum);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(noteBroken);
    throw error;
  } finally {
    client.off("error", noteBroken);
    client.release(broken);
  }
}

export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(new URL(name, directory), "utf8") })),
  );
}

const silent: Logger = { info: () => {}, warn: () => {}, error: () => {} };
