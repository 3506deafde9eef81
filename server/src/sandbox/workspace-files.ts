import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import {
  chmod,
  type FileHandle,
  lstat,
  mkdir,
  open,
  opendir,
  readlink,
  realpath,
  rename,
} from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { AppError } from "../core/base/index.ts";
import type { WorkspaceFiles } from "../core/sessions/index.ts";
import { listFolder, openFile } from "./browse-files.ts";
import { removeTree } from "./remove-tree.ts";

const MISSING = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EACCES", "ENAMETOOLONG", "ENXIO"]);

const maxListed = 10_000;

const isDenied = (cause: unknown) => (cause as NodeJS.ErrnoException).code === "EACCES";

const isMissing = (cause: unknown) =>
  cause instanceof Error && "code" in cause && MISSING.has(String(cause.code));

/** Accesses a hostile workspace from outside the sandbox. Follows no link to a path outside the workspace, and reads only regular files. */
export const workspaceFiles: WorkspaceFiles = {
  list: async (root, isWanted = () => true) => {
    const names: string[] = [];
    try {
      // A hostile folder may contain millions of entries.
      for await (const { name } of await opendir(root)) {
        if (isWanted(name) && names.push(name) > maxListed)
          throw new AppError(
            "invalid_input",
            `${root} contains more than ${maxListed} files and folders. Delete those that are not needed.`,
          );
      }
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
    }
    return names;
  },
  pages: listPages,
  modifiedAt: async (path) => {
    try {
      return (await lstat(path)).mtime;
    } catch (cause) {
      if (isDenied(cause) || !isMissing(cause)) throw cause;
      return null;
    }
  },
  setAside: async (folders, aside) => {
    await workspaceFiles.create(aside);
    let isAny = false;
    for (const folder of folders) {
      try {
        await renameFolder(folder, join(aside, randomUUID()));
        isAny = true;
      } catch (cause) {
        if (isDenied(cause) || !isMissing(cause)) throw cause;
      }
    }
    return isAny;
  },
  create: async (folder) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  },
  move: async (from, to) => {
    await mkdir(dirname(to), { recursive: true, mode: 0o711 });
    await renameFolder(from, to);
  },
  discard: removeTree,
  isFile: async (root, relativePath) => {
    const size = await withFile(root, relativePath, async (stat) => stat.size);
    return size !== null;
  },
  isFolder: async (root, relativePath) => {
    const found = await withFolder(root, async (folder) => {
      const root = await resolveOpenPath(folder);
      const path = join(root, relativePath);
      if (!path.startsWith(root + sep)) return false;
      const inner = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
      try {
        return (await resolveOpenPath(inner)) === path;
      } finally {
        await inner.close();
      }
    });
    return found ?? false;
  },
  readText: async (root, relativePath, maxBytes) =>
    withFile(root, relativePath, async ({ size }, read) => {
      if (size > maxBytes) throw tooLarge(relativePath, maxBytes);
      return (await read(maxBytes)).toString("utf8");
    }),
  readBytes: (root, relativePath, maxBytes) =>
    withFile(root, relativePath, async ({ size }, read) => {
      if (size > maxBytes) throw tooLarge(relativePath, maxBytes);
      return read(maxBytes);
    }),
  listFolder,
  openFile,
};

async function* listPages(root: string, size: number): AsyncGenerator<string[]> {
  let page: string[] = [];
  try {
    for await (const { name } of await opendir(root)) {
      if (page.push(name) < size) continue;
      yield page;
      page = [];
    }
  } catch (cause) {
    if (isDenied(cause) || !isMissing(cause)) throw cause;
  }
  if (page.length > 0) yield page;
}

/** Renames a folder of ended programs. They may have made it or its parent read-only, which matters only if the server is not root. */
async function renameFolder(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (cause) {
    if (!isDenied(cause)) throw cause;
    for (const path of [dirname(from), from]) {
      const stat = await lstat(path);
      if (stat.isDirectory()) await chmod(path, stat.mode | 0o700);
    }
    await rename(from, to);
  }
}

const tooLarge = (relativePath: string, maxBytes: number) =>
  new AppError("invalid_input", `${relativePath} exceeds the limit of ${maxBytes} bytes. Make it smaller.`);

function withFile<T>(
  root: string,
  relativePath: string,
  work: (stat: { readonly size: number }, read: (maxBytes: number) => Promise<Buffer>) => Promise<T>,
): Promise<T | null> {
  return withFolder(root, (folder) => withFileBelow(folder, relativePath, work));
}

async function withFolder<T>(
  root: string,
  work: (folder: FileHandle) => Promise<T | null>,
): Promise<T | null> {
  try {
    // The whole checkout is hostile. If a link has replaced it, it counts as missing.
    const folder = await open(root, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      return await work(folder);
    } finally {
      await folder.close();
    }
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause;
  }
}

async function withFileBelow<T>(
  folder: FileHandle,
  relativePath: string,
  work: (stat: { readonly size: number }, read: (maxBytes: number) => Promise<Buffer>) => Promise<T>,
): Promise<T | null> {
  const root = await resolveOpenPath(folder);
  const path = await realpath(join(root, relativePath));
  if (!path.startsWith(root + sep)) return null;
  // NONBLOCK prevents a planted pipe or device from blocking the server. NOFOLLOW rejects a link that has replaced the file.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    // A parent folder may have been replaced by a link since the last check.
    if (!(await resolveOpenPath(file)).startsWith(root + sep)) return null;
    const stat = await file.stat();
    if (!stat.isFile()) return null;
    return await work(stat, async (maxBytes) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(stat.size, maxBytes)), 0);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}

/** Returns an open file's current path, with all links resolved. */
const resolveOpenPath = ({ fd }: FileHandle): Promise<string> => readlink(`/proc/self/fd/${fd}`);
