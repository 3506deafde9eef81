import { randomBytes } from "node:crypto";
import { lstat, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError, minuteMs } from "../../core/base/index.ts";
import { type FileLock, lockFile } from "../../file-lock/file-lock.ts";
import { makeFolder } from "./make-folder.ts";
import type { FileOwner } from "./session-owner.ts";

/** Start of the name of a file that a sandbox locks while it uses the folder. */
const markPrefix = ".held-";
/** Start of the name of a socket that only exists while its sandbox holds the folder. */
export const heldSocketPrefix = ".s";
const maxAttempts = 10;
const free = { kind: "exclusive", waitMs: 0 } as const;
/** Age at which a socket is abandoned if its name starts with a dot and no sandbox uses the folder. A new one is renamed within a moment. */
const abandonedMs = minuteMs;

/**
 * Creates the folder for a session's sockets, and prevents its removal until the returned function is called. A running program sees only
 * the folder that existed when the program started. The folder must therefore remain when another worker, which may be in another container,
 * stops the session's earlier sandbox. Throws the errors of `lockFile`.
 */
export async function holdSocketsFolder(folder: string): Promise<() => Promise<void>> {
  const { mark, lock } = await lockMark(folder);
  return async () => {
    await rm(mark, { force: true });
    await lock.release();
    await removeIfUnused(folder);
  };
}

async function lockMark(folder: string): Promise<{ readonly mark: string; readonly lock: FileLock }> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const mark = join(folder, `${markPrefix}${randomBytes(8).toString("hex")}`);
    await makeFolder(folder);
    // Until the file is locked, another process may take it for abandoned and remove it, with the folder.
    const lock = await lockFile(mark, free).catch(nullIfMissing);
    if (lock === null) continue;
    if ((await lstat(mark).catch(nullIfMissing)) !== null) return { mark, lock };
    await lock.release();
  }
  throw new AppError("sandbox_unavailable", `Other processes keep deleting the folder ${folder}. Try again.`);
}

function nullIfMissing(cause: NodeJS.ErrnoException): null {
  if (cause.code === "ENOENT") return null;
  throw cause;
}

/** Removes the sockets that belong to one of `count` users, and the listeners of which were not closed. */
export async function removeSocketsOf(folder: string, { uid }: FileOwner, count: number): Promise<void> {
  // `clear` may have removed the folder.
  for (const name of await readdir(folder).catch(() => [])) {
    const found = await lstat(join(folder, name)).catch(() => null);
    if (found !== null && found.uid >= uid && found.uid < uid + count)
      await rm(join(folder, name), { force: true });
  }
}

/** Removes files that exited processes left in the folder, unless a sandbox uses it. Then removes the folder if it is empty. */
async function removeIfUnused(folder: string): Promise<void> {
  try {
    const hidden = (await readdir(folder)).filter((name) => name.startsWith("."));
    for (const name of hidden.filter((name) => name.startsWith(markPrefix)))
      if (!(await removeUnlocked(join(folder, name)))) return;
    for (const name of hidden) {
      const file = join(folder, name);
      await (name.startsWith(heldSocketPrefix) ? rm(file, { force: true }) : removeAbandoned(file));
    }
    await rmdir(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTEMPTY" && code !== "EEXIST") throw cause;
  }
}

/** Returns false if a process holds the lock of the file. */
async function removeUnlocked(mark: string): Promise<boolean> {
  await using lock = await lockFile(mark, free);
  if (lock === null) return false;
  await rm(mark, { force: true });
  return true;
}

async function removeAbandoned(file: string): Promise<void> {
  const found = await lstat(file).catch(nullIfMissing);
  if (found !== null && Date.now() - found.mtimeMs > abandonedMs) await rm(file, { force: true });
}
