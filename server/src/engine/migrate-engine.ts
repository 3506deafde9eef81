import { DBOS } from "@dbos-inc/dbos-sdk";
import type pg from "pg";
import { AppError } from "../core/base/index.ts";
import { pollUntil } from "../runtime/poll-until.ts";

const lockKey = 7_203_615_002;
const patienceMs = 120_000;

/**
 * Migrates DBOS's tables under a lock, so that only one process migrates at a time. DBOS takes no lock itself, so the
 * migrations of processes that start together on an empty database would conflict. Throws `unavailable` if another
 * process holds the lock for two minutes.
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
    // Closes the connection instead of returning it to the pool, because it may hold the lock.
    client.release(true);
    throw cause;
  }
}

/** Polls for the lock. A statement that waits for the lock would block CREATE INDEX CONCURRENTLY with its snapshot. */
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
    "Another process has been migrating the database for two minutes. Wait until it has finished, then start Tembo again. If it hangs, stop it first.",
  );
}
