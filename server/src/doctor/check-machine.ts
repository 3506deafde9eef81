import { constants } from "node:fs";
import { access, readdir, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname } from "node:path";
import pg from "pg";
import type { Config } from "../config.ts";
import { type ModelProviders, variablesNeededFor } from "../core/access/index.ts";
import { paths, reason } from "../core/base/index.ts";
import { findClosedFolder } from "../postgres/account.ts";
import { getBinaryPackage } from "../postgres/binaries.ts";
import { type Check, failed, passed } from "./check.ts";

const leastFreeBytes = 5e9;

/**
 * Checks the deepest existing folder on the path, without creating folders. The server must be able to write to this folder, and each of `users` to
 * enter it.
 */
export async function checkDataFolder(
  dataDir: string,
  users: readonly { uid: number; gid: number }[],
): Promise<Check> {
  const name = "data folder";
  try {
    const folder = await deepestThere(dataDir);
    await access(folder, constants.W_OK | constants.X_OK);
    for (const user of users) {
      const closed = await findClosedFolder(folder, user);
      if (closed === null) continue;
      return failed(
        name,
        `PostgreSQL and sandboxes run as other users, which cannot enter ${closed}`,
        `Run "chmod o+x ${closed}", or set TEMBO_DATA_DIR to a folder such as /var/lib/tembo.`,
      );
    }
    return passed(name, folder === dataDir ? dataDir : `${dataDir} can be created`);
  } catch (cause) {
    const fix = "Set TEMBO_DATA_DIR to a folder that this user can write to.";
    return failed(name, `${dataDir} cannot be used: ${reason(cause)}`, fix);
  }
}

export async function checkDisk(dataDir: string, leastBytes = leastFreeBytes): Promise<Check> {
  const fix = `Free at least ${inGigabytes(leastBytes)} there, or set TEMBO_DATA_DIR to a folder on a larger disk.`;
  try {
    const freeBytes = await readFreeDiskBytes(dataDir);
    const detail = `${inGigabytes(freeBytes)} free for ${dataDir}`;
    return freeBytes >= leastBytes ? passed("disk", detail) : failed("disk", detail, fix);
  } catch (cause) {
    return failed("disk", `the disk of ${dataDir} cannot be read: ${reason(cause)}`, fix);
  }
}

/** Returns the free space of the disk on which the folder is, or would be created. */
export async function readFreeDiskBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(await deepestThere(folder));
  return bavail * bsize;
}

export async function checkPort(host: string, port: number): Promise<Check> {
  if (port === 0) return passed("port", "any free port");
  const outcome = await new Promise<Error | null>((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
  if (outcome === null) return passed("port", `${host}:${port} is free`);
  const fix =
    "Stop the program that listens there (another Tembo server?), or set PORT (0 chooses a free one) or HOST.";
  return failed("port", `cannot listen on ${host}:${port}: ${reason(outcome)}`, fix);
}

export async function checkDatabase(config: Pick<Config, "databaseUrl">): Promise<Check> {
  const name = "database";
  try {
    if (config.databaseUrl !== null) return passed(name, await askDatabase(config.databaseUrl));
    return passed(name, `embedded PostgreSQL ${(await getBinaryPackage()).version}`);
  } catch (cause) {
    if (config.databaseUrl === null) {
      return failed(name, reason(cause), "Set DATABASE_URL to your own PostgreSQL server.");
    }
    const fix = "Start that PostgreSQL server, correct DATABASE_URL, or unset it to use the embedded one.";
    return failed(name, `DATABASE_URL cannot be reached: ${reason(cause) || "no response"}`, fix);
  }
}

async function askDatabase(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  // A lost connection also rejects the pending query, which reports the loss.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    return `DATABASE_URL responds: PostgreSQL ${rows[0]?.server_version}`;
  } finally {
    await client.end();
  }
}

/**
 * Checks if a version of the harness is installed, by the names of the folders only. This check is not required, because a harness is installed when
 * it is first used.
 */
export async function checkHarness(dataDir: string, harness: string): Promise<Check> {
  const name = `harness ${harness}`;
  let names: string[];
  try {
    names = await readdir(paths.harnesses(dataDir));
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOENT")) {
      return failed(name, reason(cause), `Make ${paths.harnesses(dataDir)} readable for this user.`, false);
    }
    names = [];
  }
  const installed = names.filter((entry) => entry.startsWith(`${harness}@`));
  if (installed.length > 0) return passed(name, installed.sort().join(", "), false);
  const fix = `Tembo installs the harness on first use. To install it now, run "tembo harness install ${harness}".`;
  return failed(name, "not installed yet", fix, false);
}

/** Checks which providers the operator has configured, without using the credentials. `set` contains the names of the configured providers. */
export function checkModelKeys(providers: ModelProviders, set: readonly string[]): Check[] {
  return providers.map((provider) => {
    const name = `model key ${provider.name}`;
    if (set.includes(provider.name)) return passed(name, "set", false);
    return failed(
      name,
      "not set",
      `Set ${variablesNeededFor(provider).join(" and ")} to use models from ${provider.label}.`,
      false,
    );
  });
}

async function deepestThere(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    if (!isMissing || dirname(path) === path) throw cause;
    return deepestThere(dirname(path));
  }
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
