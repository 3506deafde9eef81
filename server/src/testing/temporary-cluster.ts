import { existsSync, statfsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import { startPostgres } from "../postgres/start-postgres.ts";

export interface TemporaryCluster {
  readonly url: string;
  stop(): Promise<void>;
}

/** File system in memory, where creating a database takes a quarter of the time. */
const memory = "/dev/shm";
/** Space that a cluster needs at most. Docker by default gives a container 64 MB. */
const clusterBytes = 4 * 1024 ** 3;

/**
 * Starts PostgreSQL as the product does, but in a temporary folder and without durability settings, because the data need not survive a
 * power failure.
 */
export async function startTemporaryCluster(): Promise<TemporaryCluster> {
  const folder = await mkdtemp(join(hasMemory() ? memory : tmpdir(), "tembo-pg-"));
  await chmod(folder, 0o711);
  const postgres = await startPostgres({ dataDir: folder, log: pino({ level: "silent" }) });
  const url = new URL(postgres.url);
  // Only the superuser can create databases.
  url.username = "postgres";
  url.pathname = "/postgres";
  for (const setting of ["fsync", "full_page_writes", "synchronous_commit"])
    await onServer(url.href, `alter system set ${setting} = off`);
  await onServer(url.href, "select pg_reload_conf()");
  return {
    url: url.href,
    async stop() {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function hasMemory(): boolean {
  if (!existsSync(memory)) return false;
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= clusterBytes;
}

/** Runs one statement in a server's maintenance database, over a new connection. */
export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
