import { createHash } from "node:crypto";
import { chmodSync, lchownSync, lstatSync, mkdirSync, type Stats, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { idsOfRoot } from "../../core/base/index.ts";
import type { MountedLayers, SandboxSystem } from "../../core/turns/index.ts";
import type { ProcessNames } from "../../file-lock/process-names.ts";
import type { LocalSpec } from "../folders/session-folders.ts";
import type { FileOwner } from "../folders/session-owner.ts";
import { inside } from "../inside/places.ts";
import { isErrno } from "../processes/process-identity.ts";
import { makeOnce } from "./make-once.ts";

export interface MountPoint {
  /** Absolute path inside the sandbox. */
  readonly path: string;
  readonly isFolder: boolean;
}

/** Returns the paths at which a sandbox mounts something in a prepared system. */
export function listMountPoints(
  spec: Pick<LocalSpec, "readOnlyPaths">,
  { profile, allowsContainers }: Pick<SandboxSystem, "profile" | "allowsContainers">,
  nodeFolder: string,
  isFolder: (readOnlyPath: string) => boolean,
): readonly MountPoint[] {
  // gVisor also needs the places below file systems in memory, which cover them.
  const folders = [
    ...["/proc", "/dev/shm", "/tmp", inside.homePath, inside.workspacePath, nodeFolder],
    ...[inside.socketsPath, inside.perlPath, inside.programsPath],
    ...(allowsContainers ? ["/sys", inside.containersPath, inside.containersStoragePath] : []),
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

/** Lower folder of an overlay, and the host ID of ID 0 in it, or null if the files have the server's own user. */
type Layer = MountedLayers["folders"][number];

/**
 * Creates a folder in `parent` with nothing but mount points, as the highest read-only layer of a system. Returns its path. The layers below it are
 * hostile: a link at a mount point would lead a mount, or a folder that root creates for it, to another place. A folder of this layer
 * covers such a link. A folder on the way to a mount point keeps the owner and the mode that the layers give it. The same folders have the
 * same layer. Throws the errors of `makeOnce`.
 */
export async function makeMountPoints(
  { parent, names }: { readonly parent: string; readonly names: ProcessNames },
  points: readonly MountPoint[],
  owner: FileOwner,
  layers: readonly Layer[],
): Promise<string> {
  const folders = listFolders(points).map((path) => ({ path, ...attributesOf(path, layers) }));
  const files = points.filter(({ isFolder }) => !isFolder).map(({ path }) => path);
  const hash = createHash("sha256").update(JSON.stringify([folders, files, owner]));
  const folder = join(parent, `points-${hash.digest("hex").slice(0, 16)}`);
  // Synchronous, because it makes only a few hundred calls of a few microseconds each.
  await makeOnce(names, folder, (incomplete) => fill(incomplete, { folders, files }, owner));
  return folder;
}

function fill(
  folder: string,
  {
    folders,
    files,
  }: {
    readonly folders: readonly (Attributes & { readonly path: string })[];
    readonly files: readonly string[];
  },
  owner: FileOwner,
): void {
  const own = (path: string, mode: number, { uid, gid } = { uid: 0, gid: 0 }) => {
    if (process.getuid?.() === 0) lchownSync(path, owner.uid + uid, owner.gid + gid);
    chmodSync(path, mode);
  };
  mkdirSync(folder);
  own(folder, 0o755);
  for (const { path, mode, ...ids } of folders) {
    mkdirSync(join(folder, path));
    own(join(folder, path), mode, ids);
  }
  for (const path of files) {
    writeFileSync(join(folder, path), "");
    own(join(folder, path), 0o644);
  }
}

/** Returns the folders of the mount points and all folders above them, each after its parent. */
function listFolders(points: readonly MountPoint[]): readonly string[] {
  const found = new Set<string>();
  for (const { path, isFolder } of points) {
    const names = (isFolder ? path : dirname(path)).split("/").filter(Boolean);
    for (let depth = 1; depth <= names.length; depth += 1) found.add(`/${names.slice(0, depth).join("/")}`);
  }
  return [...found];
}

interface Attributes extends FileOwner {
  readonly mode: number;
}

/**
 * Returns the mode and the IDs inside the sandbox of a folder in the layers, or those of a new folder of root. Every user can traverse the
 * folder, because the mount points are below it, and its owner can delete what is in it.
 */
function attributesOf(path: string, layers: readonly Layer[]): Attributes {
  const entry = findFolder(path, layers);
  if (entry === null) return { uid: 0, gid: 0, mode: 0o755 };
  const idInside = (id: number) => {
    const found = id - entry.firstId;
    return found >= 0 && found < idsOfRoot ? found : 0;
  };
  return {
    uid: idInside(entry.stats.uid),
    gid: idInside(entry.stats.gid),
    mode: (entry.stats.mode & 0o3777) | 0o711,
  };
}

/** Returns the highest layer's folder at this path, or null if something else covers it. Follows no link. */
function findFolder(path: string, layers: readonly Layer[]): { stats: Stats; firstId: number } | null {
  for (const layer of layers.toReversed()) {
    let at = layer.path;
    let stats: Stats | undefined;
    for (const name of path.split("/").filter(Boolean)) {
      at = join(at, name);
      stats = statIn(at);
      if (stats === undefined) break;
      if (!stats.isDirectory()) return null;
    }
    if (stats !== undefined) return { stats, firstId: layer.firstId ?? 0 };
  }
  return null;
}

/** Returns undefined if the entry is missing, or in a folder that only root could enter. */
function statIn(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    if (isErrno(cause, "EACCES")) return undefined;
    throw cause;
  }
}
