import { chmod, chown, copyFile, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import pg from "pg";
import { digest, join as joinFiles, pack, split, unpack } from "./backup/archive.ts";
import { leftOutOfFiles } from "./backup/left-out.ts";
import { type Manifest, type MemberName, requireRestorable } from "./backup/manifest.ts";
import { readManifest, requireIntact } from "./backup/read-members.ts";
import { type Config, type Environment, parseConfig, thisMachine } from "./config.ts";
import { AppError } from "./core/base/index.ts";
import { leftOutOfBackup, makeBaseBackup } from "./postgres/base-backup.ts";
import { getBinaryPackage } from "./postgres/binaries.ts";
import { readShellConfig, withDatabase } from "./start-installation.ts";
import { readMigrations } from "./store/migrate.ts";

export interface BackupResult {
  readonly file: string;
  readonly bytes: number;
  readonly hasDatabase: boolean;
  readonly hasMasterKey: boolean;
}

export interface BackupOptions {
  readonly file: string;
  readonly withMasterKey: boolean;
}

/**
 * Writes the data folder and the embedded database to one file, even while the server is running. Copies the database first, so that the files copied
 * afterwards include all files that it refers to. Throws `invalid_input` if the settings are not valid or the data folder is empty, `conflict` if the
 * file exists, `unavailable` if tar or PostgreSQL fails, and the errors of `openInstallation`.
 */
export async function runBackup(env: Environment, options: BackupOptions): Promise<BackupResult> {
  const config = await readShellConfig(env);
  if (config.databaseUrl !== null) return writeBackup(config, options, null);
  return withDatabase(config, ({ url }) => writeBackup(config, options, url));
}

/**
 * Writes a backup with the embedded PostgreSQL that runs at `url`, or without a database if it is null. Throws the errors of
 * `runBackup`.
 */
export async function writeBackup(
  config: Config,
  options: BackupOptions,
  url: string | null,
): Promise<BackupResult> {
  const file = resolve(options.file);
  await requireMissing(file);
  if ((await entriesOf(config.dataDir)).length === 0)
    throw new AppError(
      "invalid_input",
      `${config.dataDir} contains no data. Set TEMBO_DATA_DIR to the value that the server uses.`,
    );
  const staging = `${file}.partial-${process.pid}`;
  await mkdir(staging, { mode: 0o700 });
  try {
    const members: Partial<Record<MemberName, { sha256: string; bytes: number }>> = {};
    const newestMigration =
      url === null ? null : await packDatabase({ dataDir: config.dataDir, url }, staging, members);
    members["files.tar.zst"] = await pack(
      { folder: config.dataDir, without: leftOutOfFiles(config.dataDir, config.masterKeyFile) },
      join(staging, "files.tar.zst"),
    );
    if (options.withMasterKey) {
      await copyFile(config.masterKeyFile, join(staging, "master.key"));
      members["master.key"] = await digest(join(staging, "master.key"));
    }
    const manifest: Manifest = {
      format: 1,
      createdAt: new Date().toISOString(),
      newestMigration,
      postgres: newestMigration === null ? null : await postgresMajor(),
      members,
    };
    await writeFile(join(staging, "manifest.json"), JSON.stringify(manifest, null, 2), { mode: 0o600 });
    const whole = join(staging, "whole.tar");
    await joinFiles(staging, ["manifest.json", ...Object.keys(members)], whole);
    await chmod(whole, 0o600);
    await rename(whole, file);
    const { size } = await stat(file);
    return { file, bytes: size, hasDatabase: newestMigration !== null, hasMasterKey: options.withMasterKey };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Packs the database and returns its newest migration. */
async function packDatabase(
  { dataDir, url }: { readonly dataDir: string; readonly url: string },
  staging: string,
  members: Partial<Record<MemberName, { sha256: string; bytes: number }>>,
): Promise<string> {
  const newest = await newestMigrationOf(url);
  await makeBaseBackup(
    dataDir,
    async (folder) => {
      const packing = { folder, without: leftOutOfBackup };
      members["database.tar.zst"] = await pack(packing, join(staging, "database.tar.zst"));
    },
    async (folder, { label, firstWal }) => {
      const log = join(staging, "log");
      await mkdir(join(log, "pg_wal"), { recursive: true });
      await writeFile(join(log, "backup_label"), label);
      for (const name of await readdir(join(folder, "pg_wal")))
        if (/^[0-9A-F]{24}$/.test(name) && name >= firstWal)
          await copyFile(join(folder, "pg_wal", name), join(log, "pg_wal", name));
      const { uid, gid } = await stat(folder);
      await giveTo(log, uid, gid);
      members["wal.tar.zst"] = await pack({ folder: log }, join(staging, "wal.tar.zst"));
      await rm(log, { recursive: true });
    },
  );
  return newest;
}

/**
 * Unpacks a backup into the configured data folder, which must be missing or empty. Throws `invalid_input` if the settings are not valid, or if the
 * file is missing, damaged, from a newer version or not a backup. Throws `conflict` if the folder contains data, or if the backup contains the master
 * key and the master key file already exists. Throws `unavailable` if tar cannot unpack the file.
 */
export async function runRestore(
  env: Environment,
  options: { readonly file: string },
): Promise<BackupResult> {
  const config = parseConfig(env, thisMachine());
  const file = resolve(options.file);
  const { dataDir } = config;
  if ((await entriesOf(dataDir)).length > 0)
    throw new AppError(
      "conflict",
      `${dataDir} is not empty. Set TEMBO_DATA_DIR to a new folder, then restore.`,
    );
  const { size } = await statOf(file);
  const staging = `${dataDir}.partial-${process.pid}`;
  const data = join(staging, "data");
  await mkdir(data, { recursive: true, mode: 0o711 });
  try {
    await split(file, staging);
    const manifest = await readManifest(staging);
    await requireRestorableHere(manifest, config.databaseUrl === null);
    await requireIntact(manifest, staging);
    if (manifest.members["master.key"] !== undefined) await requireMissing(config.masterKeyFile);
    await unpack(join(staging, "files.tar.zst"), data);
    if (manifest.postgres !== null) {
      const cluster = join(data, "postgres", "data");
      await mkdir(cluster, { recursive: true, mode: 0o755 });
      await unpack(join(staging, "database.tar.zst"), cluster);
      await unpack(join(staging, "wal.tar.zst"), cluster);
    }
    await rm(dataDir, { recursive: true, force: true });
    await rename(data, dataDir);
    const hasMasterKey = manifest.members["master.key"] !== undefined;
    if (hasMasterKey) {
      await copyFile(join(staging, "master.key"), config.masterKeyFile);
      await chmod(config.masterKeyFile, 0o600);
    }
    return { file, bytes: size, hasDatabase: manifest.postgres !== null, hasMasterKey };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Throws the errors of `requireRestorable`, for this version of Tembo. */
export async function requireRestorableHere(manifest: Manifest, isEmbedded: boolean): Promise<void> {
  const migrations = (await readMigrations()).map(({ name }) => name);
  requireRestorable(manifest, { migrations, postgres: await postgresMajor(), isEmbedded });
}

async function newestMigrationOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>("select max(name) as name from migrations");
    return rows[0]!.name;
  } finally {
    await client.end();
  }
}

const postgresMajor = async () => (await getBinaryPackage()).version.split(".")[0]!;

async function giveTo(folder: string, uid: number, gid: number): Promise<void> {
  await chown(folder, uid, gid);
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await giveTo(path, uid, gid);
    else {
      await chown(path, uid, gid);
      await chmod(path, 0o600);
    }
  }
}

async function requireMissing(file: string): Promise<void> {
  try {
    await stat(file);
  } catch (cause) {
    if (isMissing(cause)) return;
    throw cause;
  }
  throw new AppError("conflict", `${file} already exists. Move it, or choose another file.`);
}

/** Returns the names in a folder, or an empty list if the folder is missing. */
async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}

async function statOf(file: string) {
  try {
    return await stat(file);
  } catch (cause) {
    if (isMissing(cause))
      throw new AppError("invalid_input", `The file ${file} does not exist. Check the path.`, { cause });
    throw cause;
  }
}

const isMissing = (cause: unknown) => cause instanceof Error && "code" in cause && cause.code === "ENOENT";
