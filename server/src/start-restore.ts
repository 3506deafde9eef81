import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { chmod, copyFile, mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { split, unpack } from "./backup/archive.ts";
import {
  blobsMember,
  clusterMembers,
  filesMember,
  type Manifest,
  masterKeyMember,
  requireRestorable,
} from "./backup/manifest.ts";
import { readManifest, requireIntact, sizeOfBackup } from "./backup/read-members.ts";
import { type Config, type Environment, parseConfig, thisMachine } from "./config.ts";
import { AppError, paths, withReason } from "./core/base/index.ts";
import { getBinaryPackage } from "./postgres/binaries.ts";
import { startPostgres } from "./postgres/start-postgres.ts";
import { isAlive } from "./postgres/temporary.ts";
import { startProgram } from "./runtime/start-program.ts";
import { removeTree } from "./sandbox/remove-tree.ts";
import { entriesOf, type RestoreResult, requireMissing } from "./start-backup.ts";
import { describeBlobPlace, importBlobs } from "./start-blob-copies.ts";
import { dumpTo, loadFrom, requireEmptyAt } from "./start-database-dump.ts";
import { explainFolder } from "./start-folder.ts";
import { removeRecord } from "./start-upgrade-record.ts";
import { readMigrations } from "./store/migrate.ts";

export interface RestoreOptions {
  readonly file: string;
  /** Leaves out the database, for a further machine of an installation. */
  readonly filesOnly?: boolean;
}

/**
 * Restores a backup into the configured data folder, database and blob store. The folder must be missing or empty, and so must the database
 * in DATABASE_URL. Without it, the database is embedded. Throws `invalid_input` if the settings are not valid, or if the file is missing, damaged,
 * from a newer version or not a backup. Throws `conflict` if the folder or the database contains data, or if the backup contains the master key
 * and the master key file already exists. Throws `unavailable` if tar, the database or the blob store fails. After an error, the folder and
 * the database are empty. Objects that were already written to the blob store remain.
 */
export async function runRestore(
  env: Environment,
  { file: given, filesOnly = false }: RestoreOptions,
): Promise<RestoreResult> {
  const config = parseConfig(env, thisMachine());
  const file = resolve(given);
  const bytes = await sizeOfBackup(file, "Check the path.");
  return withStaging(config.dataDir, async (staging) => {
    const manifest = await readUsable(file, staging);
    const hasDatabase = !filesOnly && manifest.newestMigration !== null;
    if (hasDatabase && config.databaseUrl !== null) await requireEmptyAt(config.databaseUrl);
    const hasMasterKey = manifest.members[masterKeyMember] !== undefined;
    if (hasMasterKey) await requireMissing(config.masterKeyFile);
    const restoring = { manifest, staging, data: join(staging, "d") };
    await split(file, staging);
    await requireIntact(manifest, staging);
    await unpackFiles(restoring);
    const blobs = await restoreBlobs(config, restoring);
    // The folder of a volume can belong to another user. This must fail before the database is filled.
    await chmod(config.dataDir, (await stat(restoring.data)).mode & 0o777);
    const removeMasterKey = hasMasterKey ? await writeMasterKey(config, restoring) : async () => {};
    try {
      if (hasDatabase) await restoreDatabase(config, restoring);
      await moveInto(config.dataDir, restoring.data);
    } catch (cause) {
      await removeMasterKey();
      throw cause;
    }
    return { file, bytes, hasDatabase, hasMasterKey, blobs };
  });
}

/** Reads the manifest of a backup file. Throws the errors of `readManifest` and `requireRestorable`. */
export async function readUsable(file: string, staging: string): Promise<Manifest> {
  await split(file, staging, ["manifest.json"]);
  const manifest = await readManifest(staging);
  const migrations = (await readMigrations()).map(({ name }) => name);
  requireRestorable(manifest, {
    migrations,
    postgres: manifest.postgres === null ? null : await postgresMajor(),
  });
  return manifest;
}

interface Restoring {
  readonly manifest: Manifest;
  readonly staging: string;
  /** Folder whose content moves to the data folder at the end. */
  readonly data: string;
}

async function unpackFiles({ manifest, staging, data }: Restoring): Promise<void> {
  await mkdir(data, { mode: 0o711 });
  if (manifest.members[filesMember] !== undefined) {
    await unpack(join(staging, filesMember), data);
    await adopt(data, manifest);
    // Its transaction IDs belong to the cluster of the backup.
    await removeRecord(data);
  }
  await openFolder(data);
}

/** Writes the master key to its path, which can be outside the data folder. Returns a function that removes it. */
async function writeMasterKey(
  { dataDir, masterKeyFile }: Config,
  { staging, data }: Restoring,
): Promise<() => Promise<void>> {
  const path = relative(dataDir, masterKeyFile);
  const file = path.startsWith("..") ? masterKeyFile : join(data, path);
  try {
    await copyFile(join(staging, masterKeyMember), file, constants.COPYFILE_EXCL);
  } catch (cause) {
    const problem = withReason(`The master key file ${masterKeyFile} cannot be created`, cause);
    const fix = "Create its folder for this user, or set TEMBO_MASTER_KEY_FILE to another path.";
    throw new AppError("invalid_input", `${problem} ${fix}`, { cause });
  }
  await chmod(file, 0o600);
  return () => rm(file, { force: true });
}

/** Writes the objects of the backup to the store of the settings. */
async function restoreBlobs(
  config: Config,
  { manifest: { blobs, members }, staging, data }: Restoring,
): Promise<RestoreResult["blobs"]> {
  const target = describeBlobPlace(config.blobs);
  const inData = paths.blobs(data);
  if (members[blobsMember] !== undefined) {
    const folder = target === null ? inData : join(staging, "blobs");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await unpack(join(staging, blobsMember), folder);
    if (target !== null) await importBlobs(config, folder);
    return { ...blobs!, place: target ?? paths.blobs(config.dataDir) };
  }
  if (target !== null && (await entriesOf(inData)).length > 0) {
    const included = await importBlobs(config, inData);
    await rm(inData, { recursive: true });
    return { place: target, included, missing: 0 };
  }
  return blobs ?? null;
}

async function restoreDatabase(config: Config, { manifest, staging, data }: Restoring): Promise<void> {
  if (manifest.database === undefined) {
    const cluster = config.databaseUrl === null ? data : join(staging, "o");
    await unpackCluster(staging, cluster);
    if (config.databaseUrl === null) return;
    const facts = await withEmbedded(cluster, async (url) => (await dumpTo(staging, url)).facts);
    return loadFrom(staging, facts, config.databaseUrl);
  }
  const { database } = manifest;
  if (config.databaseUrl !== null) return loadFrom(staging, database, config.databaseUrl);
  await withEmbedded(data, (url) => loadFrom(staging, database, url));
}

/** Unpacks PostgreSQL's files of a backup in format 1. */
async function unpackCluster(staging: string, dataDir: string): Promise<void> {
  const cluster = join(dataDir, "postgres", "data");
  await mkdir(cluster, { recursive: true, mode: 0o755 });
  await openFolder(dataDir);
  for (const name of clusterMembers) await unpack(join(staging, name), cluster);
}

async function withEmbedded<T>(dataDir: string, work: (url: string) => Promise<T>): Promise<T> {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const postgres = await startPostgres({ dataDir, log });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}

/** Gives root the files of the user who ran the server. Files of sessions have other owners, which stay. */
async function adopt(folder: string, { owner }: Manifest): Promise<void> {
  if (process.geteuid?.() !== 0 || owner === undefined || owner.uid === 0) return;
  // chown(1) also changes paths that are longer than the kernel accepts, and works outside of the event loop.
  const child = startProgram(() =>
    spawn("chown", ["-hR", `--from=${owner.uid}`, "0:0", "--", folder], { stdio: "ignore" }),
  );
  const [code] = await once(child, "close");
  if (code !== 0) throw new AppError("unavailable", `The files in ${folder} cannot be given to root.`);
}

/**
 * Lets the user of the embedded PostgreSQL enter a folder if this process is root, whatever the umask and the mode in the backup. A server as
 * root does the same at its start.
 */
async function openFolder(folder: string): Promise<void> {
  if (process.geteuid?.() === 0) await chmod(folder, ((await stat(folder)).mode & 0o7777) | 0o011);
}

/**
 * Runs `work` with a new folder in the data folder, which may be a mount point. Removes the folder afterwards. Its name is short, so that
 * PostgreSQL's socket below it fits even if the data folder has the longest allowed path.
 */
async function withStaging<T>(dataDir: string, work: (staging: string) => Promise<T>): Promise<T> {
  const created = await mkdir(dataDir, { recursive: true, mode: 0o711 }).catch((cause: unknown) => {
    throw new AppError("invalid_input", explainFolder(dataDir, cause), { cause });
  });
  const staging = join(dataDir, `.r${process.pid}`);
  try {
    if (created !== undefined)
      for (let folder = dataDir; folder.length >= created.length; folder = dirname(folder))
        await openFolder(folder);
    await removeKilled(dataDir);
    // File systems of their own have this folder.
    const entries = (await entriesOf(dataDir)).filter((name) => name !== "lost+found");
    if (entries.length > 0)
      throw new AppError(
        "conflict",
        `${dataDir} is not empty. Set TEMBO_DATA_DIR to a new folder, then restore.`,
      );
    await mkdir(staging, { mode: 0o711 });
    await openFolder(staging);
    return await work(staging);
  } catch (cause) {
    await removeTree(staging);
    if (created !== undefined && (await entriesOf(dataDir)).length === 0) await rmdir(dataDir);
    throw cause;
  } finally {
    await removeTree(staging);
  }
}

/** Removes the folders of restores that were killed. In containers, this process can have the ID of such a restore. */
async function removeKilled(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = Number(/^\.r(\d+)$/.exec(name)?.[1] ?? Number.NaN);
    if (pid === process.pid || (!Number.isNaN(pid) && !isAlive(pid))) await removeTree(join(dataDir, name));
  }
}

async function moveInto(dataDir: string, data: string): Promise<void> {
  for (const name of await readdir(data)) await rename(join(data, name), join(dataDir, name));
}

const postgresMajor = async () => (await getBinaryPackage()).version.split(".")[0]!;
