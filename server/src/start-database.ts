import { availableParallelism } from "node:os";
import pg from "pg";
import type { Logger as PinoLogger } from "pino";
import type { Config } from "./config.ts";
import type { AppError } from "./core/base/index.ts";
import { startPostgres } from "./postgres/start-postgres.ts";
import { createDatabaseSocket } from "./store/database-socket.ts";

/** Starts the PostgreSQL of the data folder, and returns its URL. `onLost` is called if it ends and cannot be started again. */
export async function startEmbeddedDatabase(
  config: Config,
  log: PinoLogger,
  cleanup: AsyncDisposableStack,
  onLost: (cause: AppError) => void,
): Promise<string> {
  const postgres = await startPostgres({ dataDir: config.dataDir, log });
  cleanup.defer(() => postgres.stop());
  void postgres.lost.then((cause) => onLost(cause));
  return postgres.url;
}

/**
 * Returns the maximum number of connections of this process. Connections beyond what the processors can serve only cost
 * processor time and memory: PostgreSQL spends about 15 ms on each new one until its statements are prepared. The minimum
 * is a reserve for the few loops that use a second connection while a transaction of theirs holds the placement lock.
 */
const maxConnections = () => Math.min(20, Math.max(10, 6 + 2 * availableParallelism()));

/** Opens the connections that all parts of this process share. */
export function openPool(connectionString: string, cleanup: AsyncDisposableStack): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections(),
    // PostgreSQL needs 4 to 11 MB for each. One or two always have work, so a request rarely waits for a new one.
    idleTimeoutMillis: 5_000,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    stream: createDatabaseSocket,
  });
  cleanup.defer(() => pool.end());
  return pool;
}
