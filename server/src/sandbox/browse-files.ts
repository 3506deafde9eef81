import { constants, type Dirent, type Stats } from "node:fs";
import { type FileHandle, lstat, open, opendir } from "node:fs/promises";
import { AppError } from "../core/base/index.ts";
import type { EntryKind, FolderEntry, FoundEntry, WorkspaceFiles } from "../core/sessions/index.ts";

const missing = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "ENXIO"]);

const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
// NONBLOCK prevents a pipe that has replaced the file from blocking the server.
const fileFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Lists a folder of a hostile workspace. Implements `WorkspaceFiles.listFolder`. */
export const listFolder: WorkspaceFiles["listFolder"] = (root, relativePath, { maxEntries, choose }) =>
  browse(root, relativePath, async (parent, name) => {
    const kind = name === "" ? "folder" : kindOf(await lstat(within(parent, name)));
    if (kind !== "folder") return kind;
    await using folder = await open(within(parent, name), folderFlags);
    const found: FoundEntry[] = [];
    let isCut = false;
    // A hostile folder may contain millions of entries.
    for await (const entry of await opendir(within(folder, ""))) {
      isCut = found.length === maxEntries;
      if (isCut) break;
      found.push({ name: entry.name, kind: isText(entry.name) ? kindOf(entry) : "other" });
    }
    const entries: FolderEntry[] = [];
    for (const entry of choose(found)) entries.push({ ...entry, ...(await sizeOf(folder, entry)) });
    return { entries, isCut };
  });

/** Reads a file of a hostile workspace. Implements `WorkspaceFiles.openFile`. */
export const openFile: WorkspaceFiles["openFile"] = (root, relativePath, maxBytes) =>
  browse(root, relativePath, async (parent, name) => {
    // A device must not even be opened.
    const kind = name === "" ? "folder" : kindOf(await lstat(within(parent, name)));
    if (kind !== "file") return kind;
    await using file = await open(within(parent, name), fileFlags);
    const stat = await file.stat();
    if (!stat.isFile()) return kindOf(stat);
    const isWhole = stat.size <= maxBytes;
    return {
      sizeBytes: stat.size,
      modifiedAt: stat.mtime,
      bytes: isWhole ? await readUpTo(file, stat.size) : null,
    };
  });

/**
 * Opens each folder of the path below `root` relative to the one before, and passes the last folder and the entry's name
 * to `work`. A path is never resolved twice, so that a program inside cannot redirect it in between.
 */
async function browse<T>(
  root: string,
  relativePath: string,
  work: (parent: FileHandle, name: string) => Promise<T>,
): Promise<T | null> {
  const names = relativePath.split("/");
  const name = names.pop() ?? "";
  let parent: FileHandle | null = null;
  try {
    parent = await open(root, folderFlags);
    for (const one of names) {
      const next: FileHandle = await open(within(parent, one), folderFlags);
      await parent.close();
      parent = next;
    }
    return await work(parent, name);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (missing.has(code)) return null;
    if (code !== "EACCES" && code !== "EPERM") throw cause;
    const message = `The server has no permission to read ${JSON.stringify(relativePath)}. Change the permissions in the session's terminal.`;
    throw new AppError("conflict", message, { cause });
  } finally {
    await parent?.close();
  }
}

const within = ({ fd }: FileHandle, name: string) => `/proc/self/fd/${fd}/${name}`;

/** False for a name with bytes that are not UTF-8. Such a name cannot be written in a path. */
const isText = (name: string) => !name.includes("\uFFFD");

function kindOf(entry: Dirent | Stats): EntryKind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "other";
}

async function sizeOf(folder: FileHandle, { name, kind }: FoundEntry) {
  try {
    const { size, mtime } = await lstat(within(folder, name));
    return { sizeBytes: kind === "file" ? size : null, modifiedAt: mtime };
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && missing.has(String(cause.code)))
      return { sizeBytes: null, modifiedAt: null };
    throw cause;
  }
}

/** Reads at most `maxBytes`. The file may shrink or grow meanwhile. */
async function readUpTo(file: FileHandle, maxBytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(maxBytes);
  let length = 0;
  while (length < maxBytes) {
    const { bytesRead } = await file.read(buffer, length, maxBytes - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
