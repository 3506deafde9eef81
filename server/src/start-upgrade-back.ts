import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { split } from "./backup/archive.ts";
import { tablesFolder } from "./backup/database-facts.ts";
import type { Manifest } from "./backup/manifest.ts";
import { requireIntact, sizeOfBackup } from "./backup/read-members.ts";
import type { Environment } from "./config.ts";
import { AppError } from "./core/base/index.ts";
import { removeAbandoned, temporaryName } from "./postgres/temporary.ts";
import { writeBackup } from "./start-backup.ts";
import { replaceFrom } from "./start-database-dump.ts";
import { readShellConfig, withDatabase } from "./start-installation.ts";
import { readUsable } from "./start-restore.ts";
import { requireAlone } from "./start-upgrade-alone.ts";
import {
  findWritesSince,
  hasReturned,
  readRecord,
  removeRecord,
  type UpgradeRecord,
  writeRecord,
} from "./start-upgrade-record.ts";
import { writeVersion } from "./start-version.ts";

export interface WentBack {
  readonly backup: string;
  /** Version and newest migration of the database before the upgrade. */
  readonly version: string | null;
  readonly migration: string | null;
  /** Backup of the upgraded database, which can be deleted, or null with `isDryRun`. */
  readonly kept: string | null;
}

/**
 * Restores the database from the backup that the last upgrade made, if nothing was written since. Keeps the files, because they belong to the
 * same sessions. Locks all tables until the database is replaced, in one transaction. Throws `conflict` if something was written or a process
 * uses the database, and `invalid_input` if there is no upgrade to go back from, or the backup cannot be used. Can be repeated after a stop at
 * any point. Tests call `afterCommit` there.
 */
export async function runUpgradeBack(
  env: Environment,
  { isDryRun }: { readonly isDryRun: boolean },
  afterCommit: () => Promise<void> = async () => {},
): Promise<WentBack> {
  const config = await readShellConfig(env);
  const { dataDir } = config;
  const record = await readRecord(dataDir);
  if (record === null)
    throw new AppError(
      "invalid_input",
      `${dataDir} has no upgrade to go back from. Restore a backup into a new folder with "tembo restore".`,
    );
  const { backup, from } = record;
  const kept = await withDatabase(config, async ({ pool, postgres, url }) => {
    if (await hasReturned(pool, record)) {
      await requireAlone(config, { pool, postgres });
      if (isDryRun) return null;
      await finish(dataDir, from.version);
      return record.returning!.kept;
    }
    const requireUnused = async (client: Parameters<typeof findWritesSince>[0]) => {
      await requireAlone(config, { pool: client, postgres });
      requireUnwritten(record, await findWritesSince(client, record));
    };
    await requireUnused(pool);
    return withManifest(dataDir, backup, async (staging, manifest) => {
      if (isDryRun) return null;
      // The files of the sessions can be much larger, and stay as they are.
      const rows = Object.keys(manifest.members).filter((name) => name.startsWith(`${tablesFolder}/`));
      await split(backup, staging, rows);
      await requireIntact(manifest, staging, rows);
      const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
      const file = `${backup.replace(/\.tar$/, "")}-upgraded-${time}.tar`;
      await writeBackup(config, { file, parts: "database" }, url);
      let isCommitting = false;
      const beforeCommit = async (transaction: string) => {
        await writeRecord(dataDir, { ...record, returning: { transaction, kept: file } });
        isCommitting = true;
      };
      try {
        await replaceFrom(staging, manifest.database!, { url, requireUnused, beforeCommit });
      } catch (cause) {
        // A lost connection does not show whether the transaction was committed.
        if (!isCommitting) await rm(file);
        throw cause;
      }
      await afterCommit();
      await finish(dataDir, from.version);
      return file;
    });
  });
  return { backup, version: from.version, migration: from.migration, kept };
}

async function finish(dataDir: string, version: string | null): Promise<void> {
  await writeVersion(dataDir, version);
  await removeRecord(dataDir);
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

const purpose = "going-back";

/** Reads the manifest of a backup into a new folder, which is removed after `work`. */
async function withManifest<T>(
  dataDir: string,
  backup: string,
  work: (staging: string, manifest: Manifest) => Promise<T>,
): Promise<T> {
  await sizeOfBackup(backup, "Move it back to this path, and try again.");
  await removeAbandoned(dataDir, purpose);
  const staging = join(dataDir, temporaryName(purpose));
  try {
    await mkdir(staging, { mode: 0o700 });
    const manifest = await readUsable(backup, staging);
    if (manifest.database === undefined)
      throw new AppError(
        "invalid_input",
        `${backup} contains no rows of a database. Restore it into a new folder.`,
      );
    return await work(staging, manifest);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
