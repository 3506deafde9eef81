import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endPostgres } from "@tembo/e2e/support";
import pg from "pg";
import { startPostgres } from "../../../../server/src/postgres/start-postgres.ts";
import { fillDatabase } from "./fill-database.ts";

const cache = fileURLToPath(new URL("../../../../.cache/", import.meta.url));

const silent = { info: () => {}, warn: () => {}, error: () => {} };

export interface Size {
  readonly sessions: number;
  readonly events: number;
}

export interface FilledDatabase {
  /** As the product connects to it. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * PostgreSQL as the product runs it, in a folder of the cache, filled to this size: what was filled before is used again. The folder is
 * removed by hand, when the generator has changed.
 */
export async function openFilledDatabase(size: Size, tell: (line: string) => void): Promise<FilledDatabase> {
  const folder = join(cache, `bench-${size.sessions}-${size.events}`);
  const mark = join(folder, "filled.json");
  const isFilled = (await readFile(mark, "utf8").catch(() => "")) === JSON.stringify(size);
  if (!isFilled) {
    // One that was left behind would take its socket along, whenever it ends.
    await endPostgres(folder);
    await rm(folder, { recursive: true, force: true });
  }
  await mkdir(folder, { recursive: true });
  // PostgreSQL drops to a user of its own and must reach its folder.
  await chmod(folder, 0o711);
  const postgres = await startPostgres({ dataDir: folder, log: silent });
  try {
    if (!isFilled) {
      tell(`filling ${folder}`);
      await prepared(postgres.url, () => fillDatabase(postgres.url, size, tell));
      await writeFile(mark, JSON.stringify(size));
    }
  } catch (cause) {
    await postgres.stop();
    throw cause;
  }
  return { url: postgres.url, stop: () => postgres.stop() };
}

/** A power cut may cost the whole folder while it is filled, and nothing after. Rows are written without triggers and foreign keys. */
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
