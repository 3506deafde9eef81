import { mkdir, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { split, unpack } from "./backup/archive.ts";
import { readManifest, requireIntact } from "./backup/read-members.ts";
import type { Environment } from "./config.ts";
import { AppError } from "./core/base/index.ts";
import { isCode } from "./postgres/errno.ts";
import { replacedPrefix, resolveLayout } from "./postgres/layout.ts";
import { removeAbandoned, temporaryName } from "./postgres/temporary.ts";
import { requireRestorableHere } from "./start-backup.ts";
import { readShellConfig, withDatabase } from "./start-installation.ts";
import { requireAlone } from "./start-upgrade-alone.ts";
import { findWritesSince, readRecord, removeRecord, type UpgradeRecord } from "./start-upgrade-record.ts";
import { writeVersion } from "./start-version.ts";

export interface WentBack {
  readonly backup: string;
  /** Version and newest migration of the database before the upgrade. */
  readonly version: string | null;
  readonly migration: string | null;
  /** Folder with the upgraded database, which can be deleted, or null with `isDryRun`. */
  readonly kept: string | null;
}

/**
 * Restores the database from the backup that the last upgrade made, if nothing was written since. Keeps the files, because
 * they belong to the same sessions. Excludes all other processes from the database until it is replaced. Throws `conflict` if something
 * was written or a process uses the database, and `invalid_input` if there is no upgrade to go back from, or the backup cannot be used.
 */
export async function runUpgradeBack(
  env: Environment,
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<WentBack> {
  const config = await readShellConfig(env);
  const { dataDir } = config;
  if (config.databaseUrl !== null)
    throw new AppError(
      "invalid_input",
      'DATABASE_URL is set, so the backup does not contain the database. Restore your dump with pg_restore: see "Your own PostgreSQL" in docs/guides/backup-and-restore.md.',
    );
  const record = await readRecord(dataDir);
  if (record === null)
    throw new AppError(
      "invalid_input",
      `${dataDir} has no upgrade to go back from. Restore a backup into a new folder with "tembo restore".`,
    );
  const { backup, from } = record;
  const kept = await withDatabase(config, async ({ pool, postgres }) => {
    await requireAlone(config, { pool, postgres });
    requireUnwritten(record, await findWritesSince(pool, record));
    if (isDryRun) return null;
    // The real path, because PostgreSQL runs on it.
    const { root } = resolveLayout(await realpath(dataDir));
    return withUnpacked(backup, root, async (restored) => {
      const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
      const replaced = join(root, `${replacedPrefix}${time}`);
      await postgres!.replaceData({ restored, kept: replaced });
      await writeVersion(dataDir, from.version);
      await removeRecord(dataDir);
      return replaced;
    });
  });
  return { backup, version: from.version, migration: from.migration, kept };
}

function requireUnwritten({ backup }: UpgradeRecord, written: readonly string[] | null): void {
  if (written?.length === 0) return;
  const why =
    written === null
      ? "The database is not the one that was upgraded."
      : `Something was written since the upgrade, and going back would lose it. Changed tables: ${written.join(", ")}.`;
  throw new AppError(
    "conflict",
    `${why} Keep this version, or restore ${backup} into a new folder: TEMBO_DATA_DIR=NEW_FOLDER tembo restore ${backup}`,
  );
}

const purpose = "restoring";

/** Unpacks the database of a backup into a folder below `root`, which `work` must move. Skips the files of the backup. */
async function withUnpacked<T>(
  backup: string,
  root: string,
  work: (restored: string) => Promise<T>,
): Promise<T> {
  await requireFile(backup);
  await removeAbandoned(root, purpose);
  const staging = join(root, temporaryName(purpose));
  const restored = join(staging, "data");
  const members = ["database.tar.zst", "wal.tar.zst"] as const;
  try {
    await mkdir(restored, { recursive: true, mode: 0o755 });
    await split(backup, staging, ["manifest.json"]);
    const manifest = await readManifest(staging);
    await requireRestorableHere(manifest, true);
    if (manifest.postgres === null)
      throw new AppError("invalid_input", `${backup} contains no database. Restore your own dump.`);
    await split(backup, staging, members);
    await requireIntact(manifest, staging, members);
    for (const member of members) await unpack(join(staging, member), restored);
    return await work(restored);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function requireFile(file: string): Promise<void> {
  try {
    await stat(file);
  } catch (cause) {
    if (!isCode(cause, "ENOENT")) throw cause;
    const message = `The backup ${file} does not exist. Move it back to this path, and try again.`;
    throw new AppError("invalid_input", message, { cause });
  }
}
