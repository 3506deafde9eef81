import { createHash, randomUUID } from "node:crypto";
import { chmodSync, lchownSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileOwner } from "../workspaces.ts";

export interface MountPoint {
  /** Absolute path inside the sandbox. */
  readonly path: string;
  readonly isFolder: boolean;
}

/**
 * Creates a folder with nothing but mount points, as the highest read-only layer of a system. Returns its path. The layers below it are
 * hostile: a link at a mount point would lead a mount, or a folder that root creates for it, to another place. A folder of this layer
 * covers such a link. The same mount points have the same folder. Synchronous, because it makes only
 * about fifty calls of a few microseconds each.
 */
export function makeMountPoints(parent: string, points: readonly MountPoint[], owner: FileOwner): string {
  const hash = createHash("sha256").update(JSON.stringify([points, owner]));
  const folder = join(parent, `points-${hash.digest("hex").slice(0, 16)}`);
  if (isThere(folder)) return folder;
  const unfinished = join(parent, `.points-${randomUUID()}`);
  const own = (path: string, mode: number) => {
    chmodSync(path, mode);
    if (process.getuid?.() === 0) lchownSync(path, owner.uid, owner.gid);
  };
  try {
    mkdirSync(unfinished);
    own(unfinished, 0o755);
    for (const { path, isFolder } of points) {
      const chain = isFolder ? path : dirname(path);
      let at = unfinished;
      for (const name of chain.split("/").filter(Boolean)) {
        at = join(at, name);
        if (isThere(at)) continue;
        mkdirSync(at);
        own(at, 0o755);
      }
      if (isFolder) continue;
      writeFileSync(join(unfinished, path), "");
      own(join(unfinished, path), 0o644);
    }
    renameSync(unfinished, folder);
  } catch (cause) {
    // Another process was faster.
    if (!isThere(folder)) throw cause;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
