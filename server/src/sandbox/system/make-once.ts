import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ProcessNames } from "../../file-lock/process-names.ts";
import { isErrno } from "../processes/process-identity.ts";

/** Start of the name of a folder that is not complete. The name of its process follows. */
const prefix = ".new-";

/**
 * Makes a folder unless it exists. `make` creates it with another path, so that it appears when it is complete. Several processes, also of
 * other containers, can make the same folder at the same time: one of their folders remains. Removes the incomplete folders that dead processes
 * left beside it. Throws the errors of `lockFile`.
 */
export async function makeOnce(
  names: ProcessNames,
  folder: string,
  make: (incomplete: string) => Promise<void> | void,
): Promise<void> {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  await removeDead(names, parent);
  const incomplete = join(parent, `${prefix}${names.own}-${randomUUID()}`);
  try {
    await make(incomplete);
    await renameUnlessThere(incomplete, folder);
  } finally {
    await rm(incomplete, { recursive: true, force: true });
  }
}

async function renameUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (cause) {
    if (!isErrno(cause, "ENOTEMPTY") && !isErrno(cause, "EEXIST")) throw cause;
  }
}

async function removeDead(names: ProcessNames, parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = name.startsWith(prefix) ? name.slice(prefix.length).split("-")[0]! : names.own;
    if (!(await names.isRunning(owner))) await rm(join(parent, name), { recursive: true, force: true });
  }
}
