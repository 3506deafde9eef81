import type { DiffFile } from "./parse-patch.ts";

export interface FolderNode {
  /** The whole path. */
  readonly path: string;
  /** What stands on its line: several names where a folder holds nothing but the next. */
  readonly name: string;
  readonly folders: readonly FolderNode[];
  readonly files: readonly FileNode[];
}

export interface FileNode {
  readonly name: string;
  readonly file: DiffFile;
  /** Its place in the list that the tree is of. */
  readonly index: number;
}

interface Growing {
  readonly folders: Map<string, Growing>;
  readonly files: FileNode[];
}

/** The folders of changed files; the root has no name. */
export function treeOfFiles(files: readonly DiffFile[]): FolderNode {
  const root = grow();
  for (const [index, file] of files.entries()) {
    const names = file.path.split("/");
    const name = names.pop()!;
    let folder = root;
    for (const each of names) {
      const next = folder.folders.get(each) ?? grow();
      folder.folders.set(each, next);
      folder = next;
    }
    folder.files.push({ name, file, index });
  }
  return { path: "", name: "", folders: foldersOf(root, ""), files: root.files };
}

const grow = (): Growing => ({ folders: new Map(), files: [] });

function foldersOf(folder: Growing, above: string): FolderNode[] {
  return [...folder.folders].map(([first, node]) => {
    let name = first;
    let at = node;
    while (at.files.length === 0 && at.folders.size === 1) {
      const [[next, below]] = at.folders as unknown as [[string, Growing]];
      name += `/${next}`;
      at = below;
    }
    const path = above + name;
    return { path, name, folders: foldersOf(at, `${path}/`), files: at.files };
  });
}
