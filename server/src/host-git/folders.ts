import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { Folders } from "./frames.ts";

export interface MoreFolders {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
}

const maxDepth = 5;
const nowhere = "/nonexistent";

/**
 * Returns the folders that git needs according to its environment: the repository, the work tree, the repositories in `info/alternates` and
 * the folders of the index and of other files in the environment. Adds the folders in `more`.
 */
export function foldersOf(env: Readonly<Record<string, string>>, more: MoreFolders): Folders {
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_SHALLOW_FILE, GIT_ALTERNATE_OBJECT_DIRECTORIES } = env;
  const repository = GIT_DIR === undefined || GIT_DIR === nowhere ? [] : [GIT_DIR];
  const own = [...repository, ...(more.write ?? [])];
  const write = new Set([
    ...own,
    ...(GIT_WORK_TREE === undefined ? [] : [GIT_WORK_TREE]),
    ...(GIT_INDEX_FILE === undefined ? [] : [dirname(GIT_INDEX_FILE)]),
  ]);
  const borrowed = new Set<string>();
  for (const path of [...own, ...(more.read ?? [])]) addBorrowed(join(path, "objects"), borrowed, 0);
  if (GIT_ALTERNATE_OBJECT_DIRECTORIES !== undefined) {
    borrowed.add(dirname(GIT_ALTERNATE_OBJECT_DIRECTORIES));
    addBorrowed(GIT_ALTERNATE_OBJECT_DIRECTORIES, borrowed, 0);
  }
  if (GIT_SHALLOW_FILE !== undefined) borrowed.add(dirname(GIT_SHALLOW_FILE));
  const read = new Set([...borrowed, ...(more.read ?? [])]);
  // Omits a folder whose parent is mounted. If both were mounted, they would be separate file systems, and git could not rename files
  // between them.
  const isCovered = (path: string, others: ReadonlySet<string>) =>
    [...others].some((other) => path.startsWith(`${other}/`));
  return {
    read: [...read].filter((path) => !write.has(path) && !isCovered(path, write) && !isCovered(path, read)),
    write: [...write].filter((path) => !isCovered(path, write)),
    owned: [...own, ...(more.read ?? [])],
  };
}

/** Adds the repositories listed in `info/alternates`, recursively (see gitrepository-layout(5)). */
function addBorrowed(objects: string, found: Set<string>, depth: number): void {
  if (depth === maxDepth) return;
  for (const line of alternatesOf(objects)) {
    const other = isAbsolute(line) ? line : join(objects, line);
    if (found.has(dirname(other))) continue;
    found.add(dirname(other));
    addBorrowed(other, found, depth + 1);
  }
}

function alternatesOf(objects: string): string[] {
  try {
    const text = readFileSync(join(objects, "info/alternates"), "utf8");
    return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code!)) return [];
    throw cause;
  }
}
