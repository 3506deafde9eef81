import { lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { MountPoint } from "./mount-points.ts";

/**
 * Removes everything from a session's changes that covers a mount point with something else, such as a link that a program created where the
 * next sandbox mounts a folder. The mount point of the lower layer then appears again. No program of the session may be running.
 */
export function clearChanges(upper: string, points: readonly MountPoint[]): void {
  for (const { path, isFolder } of points) {
    const names = path.split("/").filter(Boolean);
    for (let depth = 1; depth <= names.length; depth += 1) {
      const at = join(upper, ...names.slice(0, depth));
      const entry = lstatSync(at, { throwIfNoEntry: false });
      if (entry === undefined) break;
      const fits = depth < names.length || isFolder ? entry.isDirectory() : entry.isFile();
      if (fits) continue;
      rmSync(at, { recursive: true });
      break;
    }
  }
}
