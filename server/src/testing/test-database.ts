import { createHash } from "node:crypto";
import pg from "pg";
import { migrate, readMigrations } from "../store/migrate.ts";
import { onServer, startTemporaryCluster, type TemporaryCluster } from "./temporary-cluster.ts";

/** Database for a test. `drop` closes its pool and removes the database. */
export interface TestDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

/**
 * Creates an empty database on the server at TEMBO_TEST_DATABASE_URL. Without this variable, uses a temporary cluster that stops when its
 * last database is dropped.
 */
export function createTestDatabase(): Promise<TestDatabase> {
  return createOn(async () => "template1");
}

/**
 * Creates a database with this version's schema, as a copy of a template. The template is created and migrated once per server, and remains
 * on the server.
 */
export function createMigratedTestDatabase(): Promise<TestDatabase> {
  return createOn(readyTemplate);
}

async function createOn(templateOf: (serverUrl: string) => Promise<string>): Promise<TestDatabase> {
  const server = await openServer();
  const name = `tembo_test_${process.pid}_${++databases}`;
  const template = await templateOf(server.url);
  // Copying the files takes less time than the default, which writes each page to the log.
  await onServer(server.url, `create database ${name} template ${template} strategy file_copy`);
  const url = withDatabase(server.url, name);
  const pool = new pg.Pool({ connectionString: url, max: 25 });
  // Dropping the database with force closes the pool's remaining connections, which is not an error.
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

/**
 * Creates the template if it does not exist, and returns its name. A lock ensures that only one process creates the template. The template
 * is renamed to its final name when it is complete.
 */
async function readyTemplate(serverUrl: string): Promise<string> {
  const texts = (await readMigrations()).map(({ text }) => text).join("\0");
  const name = `tembo_template_${createHash("sha256").update(texts).digest("hex").slice(0, 12)}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock(hashtext($1))", [name]);
    const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
    if (rowCount === 0) {
      const raw = `${name}_raw`;
      await client.query(`drop database if exists ${raw} with (force)`);
      await client.query(`create database ${raw}`);
      const pool = new pg.Pool({ connectionString: withDatabase(serverUrl, raw), max: 1 });
      await migrate(pool).finally(() => pool.end());
      await client.query(`alter database ${raw} rename to ${name}`);
    }
  } finally {
    await client.end();
  }
  return name;
}

let databases = 0;

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
