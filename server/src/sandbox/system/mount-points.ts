import { createHash, randomUUID } from "node:crypto";
import { chmodSync, lchownSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SystemProfile } from "../../core/turns/index.ts";
import type { LocalSpec } from "../folders/session-folders.ts";
import type { FileOwner } from "../folders/session-owner.ts";
import { inside } from "../inside/places.ts";

export interface MountPoint {
  /** Absolute path inside the sandbox. */
  readonly path: string;
  readonly isFolder: boolean;
}

/** Returns the paths at which a sandbox mounts something in a prepared system. */
export function listMountPoints(
  spec: Pick<LocalSpec, "readOnlyPaths">,
  profile: SystemProfile,
  nodeFolder: string,
  isFolder: (readOnlyPath: string) => boolean,
): readonly MountPoint[] {
  // gVisor also needs the places below file systems in memory, which cover them.
  const folders = [
    ...["/proc", "/dev/shm", "/tmp", inside.homePath, inside.workspacePath, nodeFolder],
    ...[inside.socketsPath, inside.perlPath, inside.programsPath],
  ];
  const files = [
    ...["/etc/hosts", "/etc/gitconfig", ...(profile === "root" ? [] : ["/etc/passwd", "/etc/group"])],
    ...[inside.initPath, inside.certificatesPath, inside.trustedCertificatePath],
  ];
  return [
    ...folders.map((path) => ({ path, isFolder: true })),
    ...files.map((path) => ({ path, isFolder: false })),
    ...spec.readOnlyPaths.map((path) => ({ path, isFolder: isFolder(path) })),
  ];
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
