import { chmodSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { AppError } from "../../core/base/index.ts";

/**
 * Sandboxes run under unprivileged users when the server is root, and must be able to pass through every folder on the
 * way to their own. The data folder (and what lies in it) is opened for passing, not for listing; a folder above it is the
 * operator's to open: throws `sandbox_unavailable` with the mend. Not root: nothing to do, as all is one user.
 */
export async function ensureReachable(dataDir: string): Promise<void> {
  openWays(dataDir, [dataDir]);
}

/** The same for several folders of the data folder. Synchronous: some sixty calls of a few microseconds each. */
export function openWays(dataDir: string, folders: readonly string[]): void {
  if (process.getuid?.() !== 0) return;
  const ours = [resolve(dataDir), realpathSync(dataDir)];
  const ways = new Set(folders.flatMap((path) => [...chain(resolve(path)), ...chain(realpathSync(path))]));
  for (const folder of ways) {
    const { mode, uid } = statSync(folder);
    if (mode & 0o001) continue;
    const isOurs = ours.some((root) => folder === root || folder.startsWith(`${root}/`));
    if (!isOurs || uid !== 0) throw unreachable(dataDir, folder);
    chmodSync(folder, (mode & 0o7777) | 0o001);
  }
}

function unreachable(dataDir: string, folder: string): AppError {
  return new AppError(
    "sandbox_unavailable",
    `Sandboxes cannot reach the data folder ${dataDir}: ${folder} is closed to other users. Run "chmod o+x ${folder}", or set TEMBO_DATA_DIR to a folder elsewhere.`,
  );
}

/** The folder and all above it, the root first. */
function chain(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [...chain(above), path];
}
