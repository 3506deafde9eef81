import { randomBytes } from "node:crypto";
import { lstat, readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import type { ProcessNames } from "../../file-lock/process-names.ts";
import { isListening } from "../../outbound/is-listening.ts";
import { openProcessNames } from "../processes/open-process-names.ts";
import { makeFolder } from "./make-folder.ts";
import type { FileOwner } from "./session-owner.ts";

/** Start of the name of a file that shows that a sandbox uses the folder. The name of its process follows. */
const markPrefix = ".held-";
/** Start of the name of a socket that only exists while its sandbox holds the folder. */
export const heldSocketPrefix = ".s";
const maxAttempts = 10;
/**
 * Age at which a file is abandoned if its name starts with a dot, nothing listens at it and no sandbox uses the folder. A
 * process creates such a socket and listens at it within the same moment.
 */
const abandonedMs = 2_000;

/**
 * Creates the folder for a session's sockets, and prevents its removal until the returned function is called. A running program sees only
 * the folder that existed when the program started. The folder must therefore remain when another worker, which may be in another container,
 * stops the session's earlier sandbox. Throws the errors of `lockFile`.
 */
export async function holdSocketsFolder(dataDir: string, folder: string): Promise<() => Promise<void>> {
  const names = await openProcessNames(dataDir);
  const mark = await writeMark(folder, names.own);
  return async () => {
    await rm(mark, { force: true });
    await removeIfUnused(folder, names);
  };
}

async function writeMark(folder: string, owner: string): Promise<string> {
  const mark = join(folder, `${markPrefix}${owner}-${randomBytes(8).toString("hex")}`);
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    await makeFolder(folder);
    // Another process may remove the folder while it is empty.
    if ((await writeFile(mark, "").then(() => mark, nullIfMissing)) !== null) return mark;
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
async function removeIfUnused(folder: string, names: ProcessNames): Promise<void> {
  try {
    const hidden = (await readdir(folder)).filter((name) => name.startsWith("."));
    for (const name of hidden.filter((name) => name.startsWith(markPrefix))) {
      if (await names.isRunning(name.slice(markPrefix.length).split("-")[0]!)) return;
      await rm(join(folder, name), { force: true });
    }
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

async function removeAbandoned(file: string): Promise<void> {
  const found = await lstat(file).catch(nullIfMissing);
  if (found === null || Date.now() - found.mtimeMs <= abandonedMs) return;
  if (!found.isSocket() || !(await isListening(file))) await rm(file, { force: true });
}
