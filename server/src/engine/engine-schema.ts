import { allMigrations } from "@dbos-inc/dbos-sdk/internal/sysdb_migrations/internal/migrations";
import { runSysMigrationsPg } from "@dbos-inc/dbos-sdk/internal/sysdb_migrations/migration_runner";
import type pg from "pg";
import { AppError } from "../core/base/index.ts";

/** Schema with the tables of DBOS. */
export const engineSchema = "dbos";

/** Returns the version of DBOS's tables, or null if the database has none. */
export async function readEngineVersion(client: pg.ClientBase): Promise<number | null> {
  const { rows: found } = await client.query<{ isThere: boolean }>(
    `select to_regclass('${engineSchema}.dbos_migrations') is not null as "isThere"`,
  );
  if (found[0]?.isThere !== true) return null;
  const { rows } = await client.query<{ version: string | null }>(
    `select max(version) as version from ${engineSchema}.dbos_migrations`,
  );
  return Number(rows[0]!.version);
}

/** Newest version of DBOS's tables that this version of Tembo knows. */
const newestEngineVersion = (): number => allMigrations(engineSchema).length;

/**
 * Creates DBOS's tables as they were in an earlier version, within the transaction of the client. Throws `invalid_input` if the version is
 * newer than this version of Tembo.
 */
export async function createEngineSchema(client: pg.ClientBase, version: number): Promise<void> {
  if (version > newestEngineVersion())
    throw new AppError(
      "invalid_input",
      `The backup was made by a newer version of Tembo (its engine has version ${version}). Install that version, then restore.`,
    );
  const problems: string[] = [];
  const onWarn = (_message: string, cause?: unknown) => {
    if (cause !== undefined) problems.push(String(cause));
  };
  const migrations = allMigrations(engineSchema).slice(0, version);
  await runSysMigrationsPg(insideTransaction(client), migrations, engineSchema, { onWarn });
  if (problems.length > 0)
    throw new AppError("internal", `The tables of the engine could not be created: ${problems.join("; ")}`);
}

/**
 * Returns a client for the migrations of DBOS, which expect that no transaction is open. Their own transactions become a part of the open
 * one. The new tables are empty, so their indexes need not be built concurrently.
 */
function insideTransaction(client: pg.ClientBase): pg.ClientBase {
  const query = async (text: string, values?: unknown[]) =>
    /^(begin|commit|rollback)$/i.test(text)
      ? null
      : client.query(text.replaceAll(/\bconcurrently\b/gi, ""), values);
  return { query } as unknown as pg.ClientBase;
}
