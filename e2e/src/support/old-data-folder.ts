import { execFile } from "node:child_process";
import { lchown, lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { restoreDatabase, type SavedDatabase } from "../../../server/src/testing/restore-database.ts";

const fixture = join(import.meta.dirname, "../../fixtures/old-data-folder");
/** First user ID of the sandboxes in the fixture. */
const savedUidBase = 1_000_000;

/**
 * Fills an empty folder with the data folder of an old version whose server was killed. The folder's sandboxes have user
 * IDs from `uidBase`. e2e/fixtures/old-data-folder/README.md describes the content.
 */
export async function restoreOldDataFolder(dataDir: string, uidBase: number): Promise<void> {
  await promisify(execFile)("tar", [
    ...["--extract", "--gzip", "--preserve-permissions", "--numeric-owner"],
    // The harness deletes conversations that are older than a month.
    "--touch",
    ...["--file", join(fixture, "folder.tar.gz"), "--directory", dataDir],
  ]);
  if (process.getuid?.() === 0) await moveOwners(dataDir, uidBase - savedUidBase);
  await restoreDatabase(dataDir, await readOldDatabase());
}

/** Returns the content of the old version's database. */
export async function readOldDatabase(): Promise<SavedDatabase> {
  return JSON.parse(gunzipSync(await readFile(join(fixture, "database.json.gz"))).toString());
}

async function moveOwners(path: string, by: number): Promise<void> {
  const status = await lstat(path);
  if (status.uid >= savedUidBase) await lchown(path, status.uid + by, status.gid + by);
  if (status.isDirectory()) for (const name of await readdir(path)) await moveOwners(join(path, name), by);
}
