import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import { startPostgres } from "../postgres/start-postgres.ts";

/** A fresh, empty database for a test. `drop` ends its pool and removes it. */
export interface TestDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

/** On the server of TEMBO_TEST_DATABASE_URL, else on a temporary cluster that lives while databases of it do. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await openServer();
  const name = `tembo_test_${process.pid}_${++databases}`;
  await onServer(server.url, `create database ${name}`);
  const url = withDatabase(server.url, name);
  const pool = new pg.Pool({ connectionString: url, max: 25 });
  // The pool ends before its connections have closed; dropping the database by force cuts those, which is no fault.
  pool.on("error", () => {});
  return {
    url,
    pool,
    async drop() {
      await pool.end();
      await onServer(server.url, `drop database ${name} with (force)`);
      await server.leave();
    },
  };
}

let databases = 0;

/** Runs one statement on a connection of its own to a server's maintenance database. */
async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

let users = 0;
let cluster: Promise<TemporaryCluster> | undefined;

async function openServer(): Promise<{ readonly url: string; leave(): Promise<void> }> {
  const given = process.env.TEMBO_TEST_DATABASE_URL;
  if (given !== undefined && given !== "") return { url: given, leave: async () => {} };
  users++;
  cluster ??= startTemporaryCluster();
  const { url, stop } = await cluster;
  return {
    url,
    async leave() {
      if (--users > 0) return;
      cluster = undefined;
      await stop();
    },
  };
}

interface TemporaryCluster {
  readonly url: string;
  stop(): Promise<void>;
}

/** PostgreSQL as the product runs it, in a folder of its own, but that nothing of it is to survive a power cut. */
async function startTemporaryCluster(): Promise<TemporaryCluster> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-pg-"));
  await chmod(folder, 0o711);
  const postgres = await startPostgres({ dataDir: folder, log: pino({ level: "silent" }) });
  const url = new URL(postgres.url);
  // Only the superuser makes databases.
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
