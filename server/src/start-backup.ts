import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type pg from "pg";
import { digest, join as joinFiles, type Omitted, pack, type Written } from "./backup/archive.ts";
import { leftOutOfFiles } from "./backup/left-out.ts";
import { blobsMember, filesMember, type Manifest, masterKeyMember } from "./backup/manifest.ts";
import type { Config, Environment } from "./config.ts";
import { AppError, withReason } from "./core/base/index.ts";
import { isCode } from "./postgres/errno.ts";
import { removeAbandoned, temporaryName } from "./postgres/temporary.ts";
import { describeBlobPlace, exportBlobs, listBlobs } from "./start-blob-copies.ts";
import { dumpTo, readFrom } from "./start-database-dump.ts";
import { readShellConfig, withDatabase } from "./start-installation.ts";

export interface BackupResult extends RestoreResult {
  /** Files of the data folder that the backup lacks. */
  readonly omitted: Omitted;
}

export interface RestoreResult {
  readonly file: string;
  readonly bytes: number;
  readonly hasDatabase: boolean;
  readonly hasMasterKey: boolean;
  /** Blob store outside the data folder, or null if the blobs are files of the data folder. */
  readonly blobs: {
    readonly place: string;
    /** Number of objects in the backup, or null if it does not contain them. */
    readonly included: number | null;
    readonly missing: number;
  } | null;
}

export interface BackupOptions {
  readonly file: string;
  readonly withMasterKey?: boolean;
  /** Also copies the objects of a blob store outside the data folder. */
  readonly withBlobs?: boolean;
  /** The parts of the backup. By default, both. */
  readonly parts?: "all" | "files" | "database";
}

/**
 * Writes the data folder and the database to one file, even while the server is running. Copies the database first, so that the files copied
 * afterwards include all files that it refers to. Copies objects outside the data folder before and after the database. Throws `invalid_input`
 * if the settings are not valid, the data folder is empty or a newer version migrated the database, `conflict` if the file exists or the master key was replaced meanwhile, `unavailable`
 * if tar, the database or the blob store fails, and the errors of `openInstallation`.
 */
export async function runBackup(env: Environment, options: BackupOptions): Promise<BackupResult> {
  const config = await readShellConfig(env);
  if (options.parts === "files") return writeBackup(config, options, null);
  return withDatabase(config, ({ url }) => writeBackup(config, options, url));
}

/** Writes a backup with the database at `url`, or without one if it is null. Throws the errors of `runBackup`. */
export async function writeBackup(
  config: Config,
  { file: given, withMasterKey = false, withBlobs = false, parts = "all" }: BackupOptions,
  url: string | null,
): Promise<BackupResult> {
  const file = resolve(given);
  if (withBlobs && parts === "files")
    throw new AppError(
      "invalid_input",
      "A backup without the database cannot include blobs, because the database lists them. Leave out --with-blobs or --files-only.",
    );
  await requireMissing(file);
  if ((await entriesOf(config.dataDir)).length === 0)
    throw new AppError(
      "invalid_input",
      `${config.dataDir} contains no data. Set TEMBO_DATA_DIR to the value that the server uses.`,
    );
  if (!relative(config.dataDir, file).startsWith(".."))
    throw new AppError(
      "invalid_input",
      `${file} is in the data folder, so the backup would contain itself. Choose another folder.`,
    );
  const place = describeBlobPlace(config.blobs);
  const includesBlobs = withBlobs && place !== null && url !== null;
  return withStaging(dirname(file), async (staging) => {
    const members: Record<string, Written> = {};
    const key = withMasterKey ? await copyMasterKey(config.masterKeyFile, staging) : null;
    const exporting = includesBlobs ? await beginExport(config, staging, url) : null;
    const dump = url === null ? null : await dumpTo(staging, url, exporting?.list);
    await key?.requireUnchanged();
    Object.assign(members, dump?.files);
    const blobs = exporting === null ? { included: null, missing: 0 } : await exporting.end(members);
    let omitted: Omitted = { unreadable: 0, tooLong: 0, examples: [] };
    if (parts !== "database") {
      const without = leftOutOfFiles(config.dataDir, config.masterKeyFile);
      const packed = await pack({ folder: config.dataDir, without }, join(staging, filesMember));
      members[filesMember] = packed.written;
      omitted = packed.omitted;
    }
    if (withMasterKey) members[masterKeyMember] = await digest(join(staging, masterKeyMember));
    const { uid, gid } = await stat(config.dataDir);
    const manifest: Manifest = {
      format: 2,
      createdAt: new Date().toISOString(),
      newestMigration: dump === null ? null : Object.keys(dump.facts.migrations).sort().at(-1)!,
      postgres: null,
      members,
      ...(dump !== null && { database: dump.facts }),
      ...(place !== null && { blobs: { place, ...blobs } }),
      owner: { uid, gid },
    };
    await writeFile(join(staging, "manifest.json"), JSON.stringify(manifest, null, 2), { mode: 0o600 });
    const bytes = await publish(staging, ["manifest.json", ...Object.keys(members)], file);
    return {
      file,
      bytes,
      hasDatabase: dump !== null,
      hasMasterKey: withMasterKey,
      blobs: manifest.blobs ?? null,
      omitted,
    };
  });
}

/**
 * Copies the master key before the dump. After the dump, the caller calls `requireUnchanged`, because the copy may not decrypt the rows if the key
 * was replaced meanwhile.
 */
async function copyMasterKey(file: string, staging: string) {
  const read = async () => {
    try {
      return await readFile(file);
    } catch (cause) {
      const problem = withReason(`The master key file ${file} cannot be read`, cause);
      const fix =
        "Set TEMBO_MASTER_KEY_FILE to the file that the server uses, and run the command as its user, or leave out --with-master-key.";
      throw new AppError("invalid_input", `${problem} ${fix}`, { cause });
    }
  };
  const copied = await read();
  await writeFile(join(staging, masterKeyMember), copied, { mode: 0o600 });
  return {
    async requireUnchanged(): Promise<void> {
      if (copied.equals(await read())) return;
      throw new AppError(
        "conflict",
        'The master key was replaced during the backup. Wait until "tembo key rotate-master" ends, and run the backup again.',
      );
    },
  };
}

/**
 * Copies the objects of the blob store before the dump, because the server can delete them while their rows are still in the dump. The caller
 * calls `list` during the dump, and `end` after it, which copies the objects that were created meanwhile.
 */
async function beginExport(config: Config, staging: string, url: string) {
  const folder = join(staging, "blobs");
  const [earlier, dumped] = [join(staging, "earlier.list.zst"), join(staging, "dumped.list.zst")];
  await mkdir(folder, { mode: 0o700 });
  await readFrom(url, (client) => listBlobs(client, earlier));
  await exportBlobs(config, earlier, folder);
  return {
    list: (client: pg.ClientBase) => listBlobs(client, dumped),
    async end(members: Record<string, Written>) {
      const counts = await exportBlobs(config, dumped, folder);
      members[blobsMember] = (await pack({ folder }, join(staging, blobsMember))).written;
      await rm(folder, { recursive: true });
      return counts;
    },
  };
}

/** Joins the parts into one file, and gives it its name when it is complete and on the disk. Returns its size. */
async function publish(staging: string, names: readonly string[], file: string): Promise<number> {
  const whole = join(staging, "whole.tar");
  await joinFiles(staging, names, whole);
  await chmod(whole, 0o600);
  await using handle = await open(whole, "r");
  await handle.sync();
  const { size } = await handle.stat();
  await requireMissing(file);
  await rename(whole, file);
  return size;
}

const purpose = "tembo-backup";

/** Runs `work` with a new folder in `parent`, and removes the folder. Also removes those of backups that were killed. */
async function withStaging<T>(parent: string, work: (staging: string) => Promise<T>): Promise<T> {
  const staging = join(parent, temporaryName(purpose));
  try {
    await removeAbandoned(parent, purpose);
    await mkdir(staging, { mode: 0o700 });
  } catch (cause) {
    if (!isCode(cause, "ENOENT", "ENOTDIR", "EACCES", "EROFS")) throw cause;
    const message = `This user cannot write to the folder ${parent}. Choose another folder for the backup.`;
    throw new AppError("invalid_input", message, { cause });
  }
  try {
    return await work(staging);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Throws `conflict` if the file exists. */
export async function requireMissing(file: string): Promise<void> {
  try {
    await stat(file);
  } catch (cause) {
    if (isCode(cause, "ENOENT", "ENOTDIR")) return;
    throw cause;
  }
  throw new AppError("conflict", `${file} already exists. Move it, or choose another file.`);
}

/** Returns the names in a folder, or an empty list if the folder is missing. */
export async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isCode(cause, "ENOENT", "ENOTDIR")) return [];
    throw cause;
  }
}
