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

/**
 * Starts PostgreSQL as the product does, but in a temporary folder and without durability settings, because the data need not survive a
 * power failure.
 */
export async function startTemporaryCluster(): Promise<TemporaryCluster> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-pg-"));
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

/** Runs one statement in a server's maintenance database, over a new connection. */
export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
