import { randomUUID } from "node:crypto";
import { chmod, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isCode } from "./errno.ts";

/**
 * Temporary names that this process uses. They distinguish its files and folders from those of an exited process with
 * the same pid, which can occur in containers.
 */
const own = new Set<string>();

/**
 * Returns a temporary name that identifies the process that creates the file or folder. The caller renames the
 * completed file or folder.
 */
export function temporaryName(purpose: string): string {
  const name = `${purpose}.tmp.${process.pid}.${randomUUID().slice(0, 8)}`;
  own.add(name);
  return name;
}

/**
 * Writes a file as a whole: a crash leaves the previous content or the new one. Sets exactly this mode, because the caller's umask must
 * not deny access to other users. Removes what exited processes left behind.
 */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const [folder, purpose] = [dirname(path), basename(path)];
  await removeAbandoned(folder, purpose);
  const temporary = join(folder, temporaryName(purpose));
  try {
    await writeFile(temporary, text, { mode, flush: true });
    await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

/** Removes incomplete files and folders that exited processes left behind. */
export async function removeAbandoned(folder: string, purpose: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(new RegExp(`^${purpose}\\.tmp\\.(\\d+)\\.`).exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || own.has(name)) continue;
    if (pid !== process.pid && isAlive(pid)) continue;
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    if (isCode(cause, "ESRCH")) return false;
    if (isCode(cause, "EPERM")) return true;
    throw cause;
  }
}
