import type { ContentFile } from "./content-file.ts";
import { blockBytes } from "./header.ts";
import { formatPax, type PaxRecords } from "./pax.ts";
import { paddingOf } from "./read-tar.ts";
import { type Folder, type Inode, isFolder } from "./tree.ts";

const types = { file: "0", hardlink: "1", symlink: "2", whiteout: "3", directory: "5", fifo: "6" } as const;
const maxFieldBytes = 100;
const maxOctalSize = 8 ** 11 - 1;

interface Described {
  readonly path: string;
  readonly kind: keyof typeof types;
  readonly target: string;
  readonly size: number;
  readonly metadata: Omit<Inode, "data">;
}

/**
 * Writes the tree as a canonical archive: the same tree always results in the same bytes. Entries are sorted by name within each folder,
 * the first name of a file has its content, and times are whole seconds. Extended headers appear only where a field needs one.
 */
export function writeTar(root: Folder, contents: ContentFile, write: (bytes: Buffer) => void): void {
  const firstPaths = new Map<Inode, string>();
  writeFolder("", root);
  write(Buffer.alloc(2 * blockBytes));

  function writeFolder(path: string, folder: Folder): void {
    writeHeaders({
      path: `${path || "."}/`,
      kind: "directory",
      target: "",
      size: 0,
      metadata: folder.metadata,
    });
    const names = [...folder.children.keys()].sort(compareBytes);
    for (const name of names) {
      const child = folder.children.get(name)!;
      const childPath = path === "" ? name : `${path}/${name}`;
      if (isFolder(child)) writeFolder(childPath, child);
      else writeLeaf(childPath, child.inode);
    }
  }

  function writeLeaf(path: string, inode: Inode): void {
    const { data } = inode;
    const first = firstPaths.get(inode);
    if (first !== undefined) {
      writeHeaders({ path, kind: "hardlink", target: first, size: 0, metadata: inode });
      return;
    }
    firstPaths.set(inode, path);
    const target = data.kind === "symlink" ? data.target : "";
    const size = data.kind === "file" ? data.content.size : 0;
    writeHeaders({ path, kind: data.kind, target, size, metadata: inode });
    if (data.kind !== "file") return;
    contents.read(data.content, write);
    write(Buffer.alloc(paddingOf(size)));
  }

  function writeHeaders(entry: Described): void {
    const records = recordsOf(entry);
    if (records.length > 0) {
      const data = formatPax(records);
      write(headerOf({ path: "PaxHeader", type: "x", target: "", size: data.length, metadata: plain }));
      write(data);
      write(Buffer.alloc(paddingOf(data.length)));
    }
    write(headerOf({ ...entry, type: types[entry.kind] }));
  }
}

/** Compares latin1 strings by their bytes. */
const compareBytes = (a: string, b: string) => (a < b ? -1 : 1);

const plain: Omit<Inode, "data"> = { mode: 0o644, uid: 0, gid: 0, mtime: 0, xattrs: new Map() };

function recordsOf({ path, kind, target, size, metadata }: Described): PaxRecords {
  // The first name has the attributes of a hard link.
  const xattrs = kind === "hardlink" ? [] : [...metadata.xattrs].sort(([a], [b]) => compareBytes(a, b));
  return [
    ...(path.length > maxFieldBytes ? [["path", path] as const] : []),
    ...(target.length > maxFieldBytes ? [["linkpath", target] as const] : []),
    ...(size > maxOctalSize ? [["size", String(size)] as const] : []),
    ...xattrs.map(([name, value]) => [`SCHILY.xattr.${name}`, value] as const),
  ];
}

interface Fields {
  readonly path: string;
  readonly type: string;
  readonly target: string;
  readonly size: number;
  readonly metadata: Omit<Inode, "data">;
}

function headerOf({ path, type, target, size, metadata }: Fields): Buffer {
  const block = Buffer.alloc(blockBytes);
  const put = (at: number, text: string) => block.write(text, at, "latin1");
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  put(0, path.slice(0, maxFieldBytes));
  put(100, octal(metadata.mode, 7));
  put(108, octal(metadata.uid, 7));
  put(116, octal(metadata.gid, 7));
  put(124, octal(Math.min(size, maxOctalSize), 11));
  put(136, octal(metadata.mtime, 11));
  put(156, type);
  put(157, target.slice(0, maxFieldBytes));
  put(257, "ustar\u000000");
  if (type === types.whiteout) put(329, `${octal(0, 7)}\0${octal(0, 7)}`);
  put(148, "        ");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  return block;
}
