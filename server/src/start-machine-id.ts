import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, isId, newId, withReason } from "./core/base/index.ts";
import { isCode } from "./postgres/errno.ts";

/**
 * Returns the ID of the machine that has this data folder. The first start creates the file, so a worker that starts
 * again keeps the turns and workspaces of its machine. Throws `unavailable` if the file cannot be used.
 */
export async function readMachineId(dataDir: string): Promise<string> {
  const file = join(dataDir, "machine.id");
  try {
    return (await readIfExists(file)) ?? (await create(file));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("unavailable", `${withReason(`The file ${file} cannot be used`, cause)}`, { cause });
  }
}

/** Returns the ID in the same way, or null if the folder belongs to no machine yet. */
export function findMachineId(dataDir: string): Promise<string | null> {
  return readIfExists(join(dataDir, "machine.id"));
}

async function readIfExists(file: string): Promise<string | null> {
  try {
    const id = (await readFile(file, "utf8")).trim();
    if (isId(id)) return id;
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return null;
    throw cause;
  }
  throw new AppError(
    "unavailable",
    `The file ${file} contains no ID. Restore it from a backup. If you remove it, the next start counts as a new machine.`,
  );
}

/** Creates the file with its content in one step, so that processes that start together agree on one ID. */
async function create(file: string): Promise<string> {
  const temporary = `${file}.${randomUUID()}.new`;
  try {
    await writeFile(temporary, `${newId()}\n`, { flag: "wx", mode: 0o644, flush: true });
    await link(temporary, file);
  } catch (cause) {
    if (!isCode(cause, "EEXIST")) throw cause;
  } finally {
    await rm(temporary, { force: true });
  }
  return (await readIfExists(file))!;
}
