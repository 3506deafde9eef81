import { DBOS } from "@dbos-inc/dbos-sdk";
import type pg from "pg";
import { AppError } from "../core/base/index.ts";
import { pollUntil } from "../runtime/poll-until.ts";

const lockKey = 7_203_615_002;
const patienceMs = 120_000;

/**
 * Brings DBOS's tables up to date, one process after the other: DBOS itself takes no lock, and processes that start
 * at once on an empty database break each other's migrations.
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
    // Closed, not handed on: it may hold the lock.
    client.release(true);
    throw cause;
  }
}

/** Asks again and again: a session that waits inside of a statement holds up CREATE INDEX CONCURRENTLY, which waits for it. */
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
    "Another process has been migrating the database for two minutes; end it, then start again.",
  );
}
