import type pg from "pg";
import type { Config } from "./config.ts";
import { AppError } from "./core/base/index.ts";
import { countWatchers } from "./postgres/connect.ts";
import type { EmbeddedPostgres } from "./postgres/start-postgres.ts";
import { findProcesses } from "./upgrade/processes.ts";

type Place = Pick<Config, "databaseUrl" | "dataDir">;

/** Lists the processes that use the database. Processes of an embedded database hold its lock, so none is missed. */
export async function listProcesses(
  { databaseUrl, dataDir }: Place,
  pool: Pick<pg.Pool, "query">,
): Promise<readonly string[]> {
  if (databaseUrl !== null) return findProcesses(pool);
  const others = (await countWatchers(pool)) - 1;
  return others > 0
    ? [`${others} ${others === 1 ? "process" : "processes"} with the data folder ${dataDir}`]
    : [];
}

/**
 * Throws `conflict` if another process uses the database. The first call excludes all other processes from an embedded database until it
 * stops, and further calls verify that none could have started since. With DATABASE_URL, only processes with a recent heartbeat are found,
 * so the caller must repeat the call after its work.
 */
export async function requireAlone(
  place: Place,
  {
    pool,
    postgres,
  }: { readonly pool: Pick<pg.Pool, "query">; readonly postgres: Pick<EmbeddedPostgres, "exclude"> | null },
): Promise<void> {
  if (postgres !== null && (await postgres.exclude())) return;
  const running = await listProcesses(place, pool);
  if (running.length > 0)
    throw new AppError(
      "conflict",
      `These processes still use the database: ${running.join(", ")}. Stop them, and try again. A killed process counts for 30 seconds.`,
    );
  if (postgres !== null)
    throw new AppError("conflict", "Another process used the database meanwhile. Stop it, and try again.");
}
