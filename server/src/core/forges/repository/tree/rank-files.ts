import type { TreeEntry } from "../../git/git-tree.ts";

/**
 * Sorts files by how well they match the search text. A match is ranked by its position: the whole name, the start of
 * the name, within the name, elsewhere in the path. Within a rank, shorter paths come first. Pure.
 */
export function rankFiles(entries: readonly TreeEntry[], search: string): TreeEntry[] {
  const sought = search.toLowerCase();
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry.path.toLowerCase(), sought) }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        a.entry.path.length - b.entry.path.length ||
        (a.entry.path < b.entry.path ? -1 : 1),
    )
    .map(({ entry }) => entry);
}

function rankOf(path: string, sought: string): number {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === sought) return 0;
  if (name.startsWith(sought)) return 1;
  return name.includes(sought) ? 2 : 3;
}

/** Sorts folders first, and otherwise keeps git's order. Pure. */
export function foldersFirst(entries: readonly TreeEntry[]): TreeEntry[] {
  const isFolder = ({ kind }: TreeEntry) => kind === "folder";
  return [...entries.filter(isFolder), ...entries.filter((entry) => !isFolder(entry))];
}
