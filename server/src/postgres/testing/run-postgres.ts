import { chmod, mkdtemp, readdir, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../../core/base/index.ts";
import { findPostmaster } from "../postmaster.ts";
import { type EmbeddedPostgres, type PostgresOptions, startPostgres } from "../start-postgres.ts";

export const quiet: Logger = { info() {}, warn() {}, error() {} };

const started = new WeakMap<TestContext, EmbeddedPostgres[]>();

/** Creates a data folder. At the end of the test, stops PostgreSQL in the folder, and removes the folder. */
export async function dataFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-pg-"));
  await chmod(folder, 0o755);
  started.set(t, []);
  t.after(async () => {
    for (const postgres of started.get(t) ?? []) await postgres.stop();
    const pid = await findPostmaster(join(folder, "postgres/data"));
    if (pid !== null) process.kill(pid, "SIGKILL");
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });
  return folder;
}

/** Starts PostgreSQL on a folder from `dataFolder`. */
export async function start(t: TestContext, dataDir: string, more: Partial<PostgresOptions> = {}) {
  const postgres = await startPostgres({ dataDir, log: quiet, ...more });
  started.get(t)?.push(postgres);
  return postgres;
}

export async function query(
  postgres: { url: string },
  sql: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Retries the query until PostgreSQL responds. Only the test runner's time limit stops the retries. */
export async function queryOnceUp(
  postgres: EmbeddedPostgres,
  sql: string,
): Promise<Record<string, unknown>[]> {
  for (;;) {
    try {
      return await query(postgres, sql);
    } catch {
      await sleep(20);
    }
  }
}

export const postmasterOf = (dataDir: string) => findPostmaster(join(dataDir, "postgres/data"));

/** Returns all processes of this database: the postmaster and its children. */
export async function processesOf(dataDir: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const cwd = await readlink(`/proc/${name}/cwd`).catch(() => "");
    if (cwd === join(dataDir, "postgres/data")) found.push(Number(name));
  }
  return found;
}
