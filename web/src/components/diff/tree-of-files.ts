import type { DiffFile } from "./parse-patch.ts";

export interface FolderNode {
  /** The full path. */
  readonly path: string;
  /** Folder label. If folders contain nothing but the next folder, the label combines their names. */
  readonly name: string;
  readonly folders: readonly FolderNode[];
  readonly files: readonly FileNode[];
}

export interface FileNode {
  readonly name: string;
  readonly file: DiffFile;
  /** Index of the file in the list from which the tree was built. */
  readonly index: number;
}

interface Growing {
  readonly folders: Map<string, Growing>;
  readonly files: FileNode[];
}

/** Returns the folder tree of the changed files that match. The root has an empty name. Pure. */
export function treeOfFiles(
  files: readonly DiffFile[],
  matches: (file: DiffFile) => boolean = () => true,
): FolderNode {
  const root = grow();
  for (const [index, file] of files.entries()) {
    if (!matches(file)) continue;
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
