import { chmodSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { AppError } from "../../core/base/index.ts";

/**
 * Makes the data folder accessible to the unprivileged users of sandboxes. If the server is root, sandboxes run as other users, who must be able
 * to traverse the path to their own folders. Makes the data folder traversable, but not listable. Throws `sandbox_unavailable` with the fix if a
 * folder above the data folder is not traversable, because only the operator may change that folder. Does nothing if the server is not root,
 * because all processes then run as the same user.
 */
export async function ensureReachable(dataDir: string): Promise<void> {
  openWays(dataDir, [dataDir]);
}

/**
 * Makes folders accessible, as `ensureReachable` does for the data folder. Changes only folders inside the data folder that belong to root.
 * Throws `sandbox_unavailable` with the fix if another folder on a path is not traversable. The function is synchronous, because it makes only
 * about sixty calls of a few microseconds each.
 */
export function openWays(dataDir: string, folders: readonly string[]): void {
  if (process.getuid?.() !== 0) return;
  const dataFolders = [resolve(dataDir), realpathSync(dataDir)];
  const ways = new Set(folders.flatMap((path) => [...chain(resolve(path)), ...chain(realpathSync(path))]));
  for (const folder of ways) {
    const { mode, uid } = statSync(folder);
    if (mode & 0o001) continue;
    const isInDataFolder = dataFolders.some((root) => folder === root || folder.startsWith(`${root}/`));
    if (!isInDataFolder || uid !== 0) throw unreachable(dataDir, folder);
    chmodSync(folder, (mode & 0o7777) | 0o001);
  }
}

function unreachable(dataDir: string, folder: string): AppError {
  return new AppError(
    "sandbox_unavailable",
    `Sandboxes cannot reach the data folder ${dataDir}: ${folder} is closed to other users. Run "chmod o+x ${folder}", or set TEMBO_DATA_DIR to another folder.`,
  );
}

/** Returns the folder and its ancestors, starting with the root. */
function chain(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [...chain(above), path];
}
