import { existsSync, readFileSync, statfsSync } from "node:fs";
import { chmod, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import { startPostgres } from "../postgres/start-postgres.ts";
import { removeAbandoned, temporaryName } from "../postgres/temporary.ts";

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
  const folder = await createFolder();
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

/**
 * Creates the folder, and removes those of runs that were killed, which would use memory until the next start of the
 * machine. A PostgreSQL that still runs in one of them exits within a minute, because its lock file is missing.
 */
async function createFolder(): Promise<string> {
  const parent = join(hasMemory() ? memory : tmpdir(), `tembo-pg-${process.geteuid?.()}`);
  const folder = join(parent, temporaryName("cluster"));
  await mkdir(folder, { recursive: true });
  for (const path of [parent, folder]) await chmod(path, 0o711);
  await removeAbandoned(parent, "cluster");
  return folder;
}

function hasMemory(): boolean {
  if (!existsSync(memory)) return false;
  const { bavail, bsize } = statfsSync(memory);
  // The free space of the file system is its limit, even if the machine has less memory.
  const freeBytes = Math.min(bavail * bsize, process.availableMemory());
  return freeBytes >= clusterBytes && allowsPrograms(memory, readFileSync("/proc/self/mounts", "utf8"));
}

/** Returns false if programs cannot run from the folder. A cluster contains those of PostgreSQL. Docker forbids it by default. */
export function allowsPrograms(folder: string, mounts: string): boolean {
  const mount = mounts.split("\n").findLast((line) => line.split(" ")[1] === folder);
  return mount?.split(" ")[3]?.split(",").includes("noexec") !== true;
}

/** Runs one statement in a server's maintenance database, over a new connection. */
export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
