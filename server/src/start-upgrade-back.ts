import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { split, unpack } from "./backup/archive.ts";
import { readManifest, requireIntact } from "./backup/read-members.ts";
import type { Environment } from "./config.ts";
import { AppError } from "./core/base/index.ts";
import { isCode } from "./postgres/errno.ts";
import { replacedPrefix, resolveLayout } from "./postgres/layout.ts";
import { findPostmaster } from "./postgres/postmaster.ts";
import { requireRestorableHere } from "./start-backup.ts";
import { readShellConfig, withDatabase } from "./start-installation.ts";
import { requireStopped, runningOn } from "./start-upgrade.ts";
import { writeVersion } from "./start-version.ts";
import { findWrites } from "./upgrade/mark.ts";
import { readRecord, removeRecord, type UpgradeRecord } from "./upgrade/record.ts";

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
 * they belong to the same sessions. Throws `conflict` otherwise, or if a process uses the database, and `invalid_input` if there is
 * no upgrade to go back from, or the backup cannot be used.
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
  await withDatabase(config, async ({ pool }) => {
    requireStopped(await runningOn(config, pool));
    requireUnwritten(record, await findWrites(pool, record.mark));
  });
  const { backup, from } = record;
  const result = { backup, version: from.version, migration: from.migration };
  if (isDryRun) return { ...result, kept: null };
  const kept = await restoreDatabase(dataDir, backup);
  if (from.version !== null) await writeVersion(dataDir, from.version);
  await removeRecord(dataDir);
  return { ...result, kept };
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

/** Replaces the database of a stopped server. Returns the folder with the previous one. */
async function restoreDatabase(dataDir: string, backup: string): Promise<string> {
  const { root, data } = resolveLayout(dataDir);
  const staging = join(root, `restoring-${process.pid}`);
  const restored = join(staging, "data");
  await requireFile(backup);
  await mkdir(restored, { recursive: true, mode: 0o755 });
  try {
    await split(backup, staging);
    const manifest = await readManifest(staging);
    await requireRestorableHere(manifest, true);
    if (manifest.postgres === null)
      throw new AppError("invalid_input", `${backup} contains no database. Restore your own dump.`);
    await requireIntact(manifest, staging);
    await unpack(join(staging, "database.tar.zst"), restored);
    await unpack(join(staging, "wal.tar.zst"), restored);
    if ((await findPostmaster(data)) !== null)
      throw new AppError("conflict", "The server was started again. Stop it, and try again.");
    const kept = join(root, `${replacedPrefix}${new Date().toISOString().replaceAll(/[:.]/g, "-")}`);
    await rename(data, kept);
    await rename(restored, data);
    return kept;
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
