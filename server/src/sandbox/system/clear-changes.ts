import { chmodSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { removeTree } from "../remove-tree.ts";
import type { MountPoint } from "./mount-points.ts";

/**
 * Removes everything from a session's changes that covers a mount point with something else, such as a link that a program created where the
 * next sandbox mounts a folder. The mount point of the lower layer then appears again. No program of the session may be running. Throws the
 * errors of `removeTree`.
 */
export async function clearChanges(upper: string, points: readonly MountPoint[]): Promise<void> {
  for (const { path, isFolder } of points) {
    const names = path.split("/").filter(Boolean);
    for (let depth = 1; depth <= names.length; depth += 1) {
      const at = join(upper, ...names.slice(0, depth));
      const entry = lstatSync(at, { throwIfNoEntry: false });
      if (entry === undefined) break;
      const fits = depth < names.length || isFolder ? entry.isDirectory() : entry.isFile();
      if (!fits) {
        await removeTree(at);
        break;
      }
      // A program can close a folder of its own, which only root can then enter.
      if (entry.isDirectory() && process.getuid?.() !== 0) chmodSync(at, entry.mode | 0o700);
    }
  }
}
