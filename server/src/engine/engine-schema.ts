import { allMigrations } from "@dbos-inc/dbos-sdk/internal/sysdb_migrations/internal/migrations";
import {
  getCurrentSysDBVersion,
  runSysMigrationsPg,
} from "@dbos-inc/dbos-sdk/internal/sysdb_migrations/migration_runner";
import type pg from "pg";
import { AppError } from "../core/base/index.ts";

/** Schema with the tables of DBOS. */
export const engineSchema = "dbos";

/** Returns the version of DBOS's tables, or null if the database has none. */
export async function readEngineVersion(client: pg.ClientBase): Promise<number | null> {
  const version = await getCurrentSysDBVersion(client, engineSchema);
  return version === 0 ? null : version;
}

/**
 * Creates DBOS's tables as they were in an earlier version, within the transaction of the client. Throws `invalid_input` if the version is
 * newer than this version of Tembo.
 */
export async function createEngineSchema(client: pg.ClientBase, version: number): Promise<void> {
  const known = allMigrations(engineSchema);
  if (version > known.length)
    throw new AppError(
      "invalid_input",
      `The backup was made by a newer version of Tembo (its engine has version ${version}). Install that version, then restore.`,
    );
  const problems: string[] = [];
  const onWarn = (_message: string, cause?: unknown) => {
    if (cause !== undefined) problems.push(String(cause));
  };
  await runSysMigrationsPg(insideTransaction(client), known.slice(0, version), engineSchema, { onWarn });
  if (problems.length > 0)
    throw new AppError(
      "internal",
      `The engine's tables could not be created: ${problems.join("; ")}. Check that the database's owner may create schemas, then restore again.`,
    );
}

/**
 * Returns a client for the migrations of DBOS, which expect that no transaction is open. Their own transactions become a part of the open
 * one. The new tables are empty, so their indexes need not be built concurrently.
 */
function insideTransaction(client: pg.ClientBase): pg.ClientBase {
  const query = async (text: string, values?: unknown[]) =>
    /^(begin|commit|rollback)$/i.test(text)
      ? null
      : client.query(text.replace(/^(\s*(?:create (?:unique )?|drop )index) concurrently\b/i, "$1"), values);
  // DBOS calls only this method, with a text. Anything else fails as a missing method or in the pattern.
  return { query } as unknown as pg.ClientBase;
}
