import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endPostgres, postgresPid } from "@tembo/e2e/support";
import pg from "pg";
import { startPostgres } from "../../../../server/src/postgres/start-postgres.ts";
import { fillDatabase } from "./fill-database.ts";

const cache = fileURLToPath(new URL("../../../../.cache/", import.meta.url));

/** Version of the generated rows. A change to them increases it, so that a database with earlier rows is filled again. */
const GENERATOR = 2;

const silent = { info: () => {}, warn: () => {}, error: () => {} };

export interface Size {
  readonly sessions: number;
  readonly events: number;
}

export interface FilledDatabase {
  /** Connection URL of the product's database user. */
  readonly url: string;
  readonly pid: number;
  /** Settings of servers on this database, which must all use the key of the first one. */
  readonly env: { readonly TEMBO_MASTER_KEY_FILE: string };
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL in the same way as the product, in a folder of the cache. Fills the database to this size unless it
 * is already filled by this version of the generator.
 */
export async function openFilledDatabase(
  { sessions, events }: Size,
  report: (line: string) => void,
): Promise<FilledDatabase> {
  const size = { sessions, events };
  const content = JSON.stringify({ ...size, generator: GENERATOR });
  const folder = join(cache, `bench-${sessions}-${events}`);
  const mark = join(folder, "filled.json");
  const isFilled = (await readFile(mark, "utf8").catch(() => "")) === content;
  if (!isFilled) {
    // A leftover PostgreSQL would remove the new socket when it exits.
    await endPostgres(folder);
    await rm(folder, { recursive: true, force: true });
  }
  await mkdir(folder, { recursive: true });
  // PostgreSQL runs as a separate user, who needs access to the folder.
  await chmod(folder, 0o711);
  const postgres = await startPostgres({ dataDir: folder, log: silent });
  try {
    if (!isFilled) {
      report(`filling ${folder}`);
      await prepared(postgres.url, () => fillDatabase(postgres.url, size, report));
      await writeFile(mark, content);
    }
  } catch (cause) {
    await postgres.stop();
    throw cause;
  }
  const pid = await postgresPid(folder);
  if (pid === null) throw new Error(`PostgreSQL is not running in ${folder}.`);
  const env = { TEMBO_MASTER_KEY_FILE: join(folder, "master.key") };
  return { url: postgres.url, pid, env, stop: () => postgres.stop() };
}

/**
 * Runs `fill` without durability, so that a power failure can corrupt the folder only during this time. Also allows the
 * product's user to write rows without triggers and foreign keys.
 */
async function prepared(owned: string, fill: () => Promise<void>): Promise<void> {
  const url = new URL(owned);
  url.username = "postgres";
  const superuser = new pg.Client({ connectionString: url.href });
  await superuser.connect();
  const set = async (value: "on" | "off") => {
    for (const setting of ["fsync", "full_page_writes"])
      await superuser.query(`alter system set ${setting} = ${value}`);
    await superuser.query("select pg_reload_conf()");
  };
  try {
    await superuser.query("grant set on parameter session_replication_role to tembo");
    await set("off");
    await fill();
    await set("on");
    await superuser.query("checkpoint");
  } finally {
    await superuser.end();
  }
}
