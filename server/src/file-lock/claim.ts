import { readlink, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { lockFile } from "./file-lock.ts";
import type { ProcessNames } from "./process-names.ts";

/**
 * Claims a path for this process, as a link that contains the name of the process. Returns a function that ends the claim, or null if a
 * running process, also of another container, has claimed the path. The claim of a process that has ended is replaced. Throws the errors of
 * `lockFile`.
 */
export async function claim(names: ProcessNames, path: string): Promise<(() => Promise<void>) | null> {
  if (!(await tryLink(names.own, path))) {
    if (!(await removeDead(names, path)) || !(await tryLink(names.own, path))) return null;
  }
  return () => rm(path, { force: true });
}

async function tryLink(name: string, path: string): Promise<boolean> {
  try {
    await symlink(name, path);
    return true;
  } catch (cause) {
    if (isErrno(cause, "EEXIST")) return false;
    throw cause;
  }
}

/** Removes the claim of a process that has ended. Returns false if a running process has claimed the path. */
async function removeDead(names: ProcessNames, path: string): Promise<boolean> {
  const owner = await readOwner(path);
  if (owner === null) return true;
  if (await names.isRunning(owner)) return false;
  // Without the lock, a process could remove the claim of another that has just replaced the dead one.
  await using lock = await lockFile(join(dirname(path), ".lock"), { kind: "exclusive", waitMs: 0 });
  if (lock === null || (await readOwner(path)) !== owner) return false;
  await rm(path);
  return true;
}

async function readOwner(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch (cause) {
    if (isErrno(cause, "ENOENT")) return null;
    throw cause;
  }
}

const isErrno = (cause: unknown, code: string) => (cause as NodeJS.ErrnoException).code === code;
