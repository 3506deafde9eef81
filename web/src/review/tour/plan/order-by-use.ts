import type { FolderGroup } from "./group-by-folder.ts";

const imported = /(?:from|import|require\()\s*["'](\.{1,2}\/[^"']+)["']/;
const ending = /\.\w+$/;

/**
 * Orders groups before the groups that import them, based on relative imports in the shown lines. Sorts unrelated
 * groups by folder. In a cycle, the group with the fewest remaining imports comes first.
 */
export function orderByUse(groups: readonly FolderGroup[]): readonly FolderGroup[] {
  const sorted = groups.toSorted((one, other) => compare(folderSortKey(one), folderSortKey(other)));
  const groupOf = new Map<string, FolderGroup>();
  for (const group of sorted)
    for (const { path } of group.files) groupOf.set(path.replace(ending, ""), group);
  const uses = new Map(sorted.map((group) => [group, usedBy(group, groupOf)]));
  const ordered: FolderGroup[] = [];
  const left = new Set(sorted);
  while (left.size > 0) {
    const waiting = (group: FolderGroup) => [...uses.get(group)!].filter((used) => left.has(used)).length;
    const [next] = [...left].toSorted((one, other) => waiting(one) - waiting(other));
    left.delete(next!);
    ordered.push(next!);
  }
  return ordered;
}

function usedBy(group: FolderGroup, groupOf: ReadonlyMap<string, FolderGroup>): Set<FolderGroup> {
  const used = new Set<FolderGroup>();
  for (const { path, hunks } of group.files)
    for (const { changes } of hunks)
      for (const change of changes) {
        if (change.type === "delete") continue;
        const [, target] = imported.exec(change.content) ?? [];
        const found = target === undefined ? undefined : groupOf.get(resolve(path, target));
        if (found !== undefined && found !== group) used.add(found);
      }
  return used;
}

function resolve(from: string, target: string): string {
  const names = from.split("/").slice(0, -1);
  for (const name of target.split("/")) {
    if (name === "..") names.pop();
    else if (name !== ".") names.push(name);
  }
  return names.join("/").replace(ending, "");
}

/** Returns the sort key of a group. The group of remaining files comes last. */
const folderSortKey = ({ folder }: FolderGroup) => folder ?? "\uffff";

/** Compares by code unit, so that the order is the same in every locale. */
const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
