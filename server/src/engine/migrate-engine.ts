import { DBOS } from "@dbos-inc/dbos-sdk";
import type pg from "pg";
import { AppError } from "../core/base/index.ts";
import { pollUntil } from "../runtime/poll-until.ts";

const lockKey = 7_203_615_002;
const patienceMs = 120_000;

/**
 * Migrates DBOS's tables, one process at a time. DBOS itself takes no lock, and processes that start at the same time on an empty database
 * break each other's migrations.
 */
export async function migrateEngine(pool: pg.Pool, connectionString: string): Promise<void> {
  const client = await pool.connect();
  try {
    await lock(client);
    try {
      await DBOS.migrate(connectionString);
    } finally {
      await client.query("select pg_advisory_unlock($1)", [lockKey]);
    }
    client.release();
  } catch (cause) {
    // The connection is closed instead of returned to the pool, because it may hold the lock.
    client.release(true);
    throw cause;
  }
}

/** Polls for the lock. A session that waits inside a statement would block CREATE INDEX CONCURRENTLY, which waits for that session. */
async function lock(client: pg.PoolClient): Promise<void> {
  const tryLock = async () => {
    const { rows } = await client.query<{ isFree: boolean }>('select pg_try_advisory_lock($1) as "isFree"', [
      lockKey,
    ]);
    return rows[0]?.isFree === true;
  };
  if (await pollUntil(tryLock, { every: 100, timeoutMs: patienceMs })) return;
  throw new AppError(
    "unavailable",
    "Another process has been migrating the database for two minutes. End it, then start again.",
  );
}
