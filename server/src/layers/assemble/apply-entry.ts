import { openParent, splitPath } from "./paths.ts";
import type { Entry } from "./read-tar.ts";
import { quoted, Rejected } from "./rejected.ts";
import { type Folder, type Inode, implicitFolder, isFolder, removeEarlier } from "./tree.ts";

/**
 * Meaning of special entries:
 * - `archive`: a root file system. Device nodes are left out.
 * - `image`: layers of an OCI image. Names with `.wh.` remove files of earlier layers.
 * - `upper`: what an overlay wrote. Whiteouts and opaque folders are kept, because the result is used above other layers.
 */
export type Mode = "archive" | "image" | "upper";

export interface Limits {
  readonly maxEntries: number;
  readonly maxNameBytes: number;
}

export interface Assembly {
  readonly root: Folder;
  readonly mode: Mode;
  readonly limits: Limits;
  /** For `upper`, the path in the tree of each top-level folder of the archive. */
  readonly prefixes: ReadonlyMap<string, string>;
  readonly count: { entries: number; nameBytes: number; skippedDevices: number };
}

const whiteoutPrefix = ".wh.";
const opaqueName = ".wh..wh..opq";
const maxId = 65_535;
/** Owner of files whose ID is outside the range that a sandbox has. It is the ID of `nobody` on most systems. */
const nobody = 65_534;
/** Largest time that a tar header can contain. */
const maxTime = 8 ** 11 - 1;
const maxTargetBytes = 4_095;

/** Adds an entry to the tree. Throws `Rejected` if the entry is invalid or exceeds a limit. */
export function applyEntry(assembly: Assembly, entry: Entry, archive: number): void {
  countEntry(assembly, entry);
  const names = placeOf(assembly, entry);
  if (names === null) return;
  const name = names.at(-1);
  if (name === undefined) {
    if (entry.kind === "directory") assembly.root.metadata = metadataOf(assembly, entry);
    return;
  }
  const parent = openParent(assembly.root, names, archive);
  if (assembly.mode === "image" && name.startsWith(whiteoutPrefix)) hide(parent, name, archive);
  else if (entry.kind === "directory")
    addFolder(parent, name, { metadata: metadataOf(assembly, entry), archive });
  else {
    const inode =
      entry.kind === "hardlink" ? linkedInode(assembly, entry, archive) : inodeOf(assembly, entry);
    if (inode !== null) parent.children.set(name, { inode, archive });
  }
}

function countEntry({ count, limits }: Assembly, entry: Entry): void {
  count.entries += 1;
  count.nameBytes += entry.path.length + entry.target.length;
  for (const [name, value] of entry.xattrs) count.nameBytes += name.length + value.length;
  if (count.entries > limits.maxEntries)
    throw new Rejected(`it has more than ${limits.maxEntries} entries. Remove files from it.`, "too large");
  if (count.nameBytes > limits.maxNameBytes)
    throw new Rejected("its names and attributes together are too long. Remove files from it.", "too large");
}

/** Returns the names of the entry's path in the tree, or null for an entry outside the listed folders. */
function placeOf({ mode, prefixes }: Assembly, entry: Entry): readonly string[] | null {
  const names = splitPath(entry.path);
  if (mode !== "upper") return names;
  const [top, ...rest] = names;
  const prefix = top === undefined ? undefined : prefixes.get(top);
  return prefix === undefined ? null : [...splitPath(prefix), ...rest];
}

function hide(parent: Folder, name: string, archive: number): void {
  if (name === opaqueName) {
    removeEarlier(parent, archive);
    return;
  }
  const hidden = name.slice(whiteoutPrefix.length);
  const child = parent.children.get(hidden);
  if (child === undefined) return;
  // A whiteout applies to earlier layers only, wherever it is in its own layer.
  if (isFolder(child)) removeEarlier(child, archive);
  if (child.archive !== archive && !(isFolder(child) && child.children.size > 0))
    parent.children.delete(hidden);
}

function addFolder(parent: Folder, name: string, added: Pick<Folder, "metadata" | "archive">): void {
  const existing = parent.children.get(name);
  if (existing !== undefined && isFolder(existing)) Object.assign(existing, added);
  else parent.children.set(name, { ...implicitFolder(added.archive), metadata: added.metadata });
}

function linkedInode(assembly: Assembly, entry: Entry, archive: number): Inode {
  const names = placeOf(assembly, { ...entry, path: entry.target }) ?? [];
  // A folder that this creates has no effect, because an archive with a missing target is rejected.
  const target = openParent(assembly.root, names, archive).children.get(names.at(-1) ?? "");
  if (target === undefined || isFolder(target))
    throw new Rejected(
      `the hard link ${quoted(entry.path)} has no target: ${quoted(entry.target)} is not a file that precedes it.`,
    );
  return target.inode;
}

function inodeOf(assembly: Assembly, entry: Entry): Inode | null {
  const data = dataOf(assembly, entry);
  return data === null ? null : { ...metadataOf(assembly, entry), data };
}

function dataOf({ mode, count }: Assembly, entry: Entry): Inode["data"] | null {
  const { kind, content, target, device } = entry;
  if (content !== null) return { kind: "file", content };
  if (kind === "fifo") return { kind };
  if (kind === "symlink") {
    if (target === "" || target.includes("\0") || target.length > maxTargetBytes)
      throw new Rejected(`the symbolic link ${quoted(entry.path)} has an invalid target.`);
    return { kind, target };
  }
  if (mode === "upper" && kind === "characterDevice" && device.major === 0 && device.minor === 0)
    return { kind: "whiteout" };
  count.skippedDevices += 1;
  return null;
}

function metadataOf({ mode }: Assembly, entry: Entry): Omit<Inode, "data"> {
  return {
    mode: entry.mode & 0o7777,
    uid: idIn(entry.uid),
    gid: idIn(entry.gid),
    mtime: Math.min(Math.max(entry.mtime, 0), maxTime),
    xattrs: new Map([...entry.xattrs].filter(([name]) => isKept(name, mode))),
  };
}

const idIn = (id: number) => (id >= 0 && id <= maxId ? id : nobody);

/**
 * True for attributes that a layer keeps. An archive cannot contain attributes of overlays, which would redirect paths. Of those that an
 * overlay wrote, only the mark of an opaque folder has a meaning in another overlay.
 */
function isKept(name: string, mode: Mode): boolean {
  if (name === "user.overlay.opaque") return mode === "upper";
  if (name.startsWith("user.overlay.")) return false;
  return name === "security.capability" || /^user[.][^\0=]{1,200}$/.test(name);
}
