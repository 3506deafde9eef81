import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { join as joinFiles, pack, type Written } from "../backup/archive.ts";
import { leftOutOfFiles } from "../backup/left-out.ts";
import { getBinaryPackage } from "../postgres/binaries.ts";
import { leftOutOfBackup, makeBaseBackup } from "../postgres/testing/base-backup.ts";

/** Writes a backup of a running embedded database and its data folder as version 0.1.0 did: with PostgreSQL's files. */
export async function writeOldBackup(dataDir: string, newestMigration: string, file: string): Promise<void> {
  const staging = await mkdtemp(join(dirname(file), "old-backup-"));
  const members: Record<string, Written> = {};
  const add = async (name: string, folder: string, without: readonly string[] = []) => {
    members[name] = (await pack({ folder, without }, join(staging, name))).written;
  };
  const addLog = async (folder: string, label: string, firstWal: string) => {
    const log = join(staging, "log");
    await mkdir(join(log, "pg_wal"), { recursive: true });
    await writeFile(join(log, "backup_label"), label);
    for (const name of await readdir(join(folder, "pg_wal")))
      if (/^[0-9A-F]{24}$/.test(name) && name >= firstWal)
        await copyFile(join(folder, "pg_wal", name), join(log, "pg_wal", name));
    await giveTo(log, await stat(folder));
    await add("wal.tar.zst", log);
  };
  await makeBaseBackup(
    dataDir,
    (folder) => add("database.tar.zst", folder, leftOutOfBackup),
    (folder, { label, firstWal }) => addLog(folder, label, firstWal),
  );
  await add("files.tar.zst", dataDir, leftOutOfFiles(dataDir, join(dataDir, "master.key")));
  const postgres = (await getBinaryPackage()).version.split(".")[0]!;
  const manifest = { format: 1, createdAt: "2026-01-01T00:00:00.000Z", newestMigration, postgres, members };
  await writeFile(join(staging, "manifest.json"), JSON.stringify(manifest));
  await joinFiles(staging, ["manifest.json", ...Object.keys(members)], file);
  await rm(staging, { recursive: true });
}

async function giveTo(folder: string, owner: { readonly uid: number; readonly gid: number }): Promise<void> {
  await chown(folder, owner.uid, owner.gid);
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await giveTo(path, owner);
    else await chown(path, owner.uid, owner.gid);
  }
}
