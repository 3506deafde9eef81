import { access, constants, mkdir } from "node:fs/promises";
import { AppError, withReason } from "./core/base/index.ts";
import { checkDisk } from "./doctor/check-machine.ts";
import { ensureReachable } from "./sandbox/folders/ensure-reachable.ts";

/**
 * Prepares the data folder for this user and for sandboxes. Throws `unavailable` if this user cannot use the folder, or `sandbox_unavailable` if the
 * users of sandboxes cannot reach it. Both errors explain how to fix this.
 */
export async function readyDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o711 });
    await access(dataDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new AppError("unavailable", explainFolder(dataDir, cause), { cause });
  }
  await ensureReachable(dataDir);
}

/** Returns a warning if the disk of the data folder has less free space than the doctor requires, or null if it has enough. */
export async function describeLowDisk(dataDir: string, minFreeBytes?: number): Promise<string | null> {
  const { ok, detail, fix } = await checkDisk(dataDir, minFreeBytes);
  return ok ? null : `Sessions may fail because the disk is nearly full: ${detail}. ${fix}`;
}

/** Describes why the data folder cannot be used, and what to change. */
export function explainFolder(dataDir: string, cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "EEXIST" || code === "ENOTDIR")
    return `The data folder ${dataDir} is not a folder, or its path contains a file. Set TEMBO_DATA_DIR to a folder.`;
  if (code === "EACCES" || code === "EPERM")
    return `This user cannot write to the data folder ${dataDir}. Change its owner, or set TEMBO_DATA_DIR to a folder that this user owns.`;
  if (code === "EROFS")
    return `The data folder ${dataDir} is on a read-only file system. Set TEMBO_DATA_DIR to another folder.`;
  return `${withReason(`The data folder ${dataDir} cannot be used`, cause)} Set TEMBO_DATA_DIR to another folder.`;
}
