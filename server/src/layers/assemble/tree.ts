import type { Content } from "./content-file.ts";

/** Metadata of a file. Hard links share one object. */
export interface Inode {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  /** Values are bytes in latin1 strings. */
  readonly xattrs: ReadonlyMap<string, string>;
  readonly data:
    | { readonly kind: "file"; readonly content: Content }
    | { readonly kind: "symlink"; readonly target: string }
    | { readonly kind: "fifo" }
    /** Character device 0:0, with which an overlay hides a file of a lower layer. */
    | { readonly kind: "whiteout" };
}

export interface Leaf {
  readonly inode: Inode;
  /** Number of the archive that contains the file. */
  readonly archive: number;
}

export interface Folder {
  metadata: Omit<Inode, "data">;
  archive: number;
  readonly children: Map<string, Node>;
}

export type Node = Leaf | Folder;

export const isFolder = (node: Node): node is Folder => "children" in node;

/** Folder that no archive describes, but that contains a described file. */
export function implicitFolder(archive: number): Folder {
  return {
    metadata: { mode: 0o755, uid: 0, gid: 0, mtime: 0, xattrs: new Map() },
    archive,
    children: new Map(),
  };
}

/** Removes everything from the folder that an earlier archive added. */
export function removeEarlier(folder: Folder, archive: number): void {
  for (const [name, child] of folder.children) {
    if (isFolder(child)) removeEarlier(child, archive);
    const isKept = child.archive === archive || (isFolder(child) && child.children.size > 0);
    if (!isKept) folder.children.delete(name);
  }
}
