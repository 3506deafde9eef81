import type { FoundEntry } from "../../sessions/index.ts";

/** Position in a listing: the last entry of the page before. */
export interface FolderPosition {
  readonly isFolder: boolean;
  readonly name: string;
  /**
   * Number of entries before this one with the same name. Names that are not UTF-8 can differ only in bytes that the name
   * does not show.
   */
  readonly copy: number;
}

/**
 * Returns the entries after a position, folders first and then by name, and the position of the next page. A position
 * remains valid when entries are added or removed. Pure.
 */
export function choosePage(
  found: readonly FoundEntry[],
  { after, limit }: { readonly after: FolderPosition | null; readonly limit: number },
): { readonly page: readonly FoundEntry[]; readonly next: FolderPosition | null } {
  const sorted = found.toSorted((one, other) => compareNames(keyOf(one), keyOf(other)));
  const rest = locate(sorted).filter(({ position }) => after === null || isAfter(position, after));
  const page = rest.slice(0, limit);
  return {
    page: page.map(({ entry }) => entry),
    next: rest.length > limit ? page.at(-1)!.position : null,
  };
}

function locate(sorted: readonly FoundEntry[]) {
  let last: FolderPosition | null = null;
  return sorted.map((entry) => {
    const key = keyOf(entry);
    const copy: number = last !== null && compareNames(last, key) === 0 ? last.copy + 1 : 0;
    const position: FolderPosition = { ...key, copy };
    last = position;
    return { entry, position };
  });
}

type Key = Pick<FolderPosition, "isFolder" | "name">;

const keyOf = ({ kind, name }: FoundEntry): Key => ({ isFolder: kind === "folder", name });

function isAfter(position: FolderPosition, after: FolderPosition): boolean {
  const order = compareNames(position, after);
  return order > 0 || (order === 0 && position.copy > after.copy);
}

function compareNames(one: Key, other: Key): number {
  if (one.isFolder !== other.isFolder) return one.isFolder ? -1 : 1;
  if (one.name === other.name) return 0;
  return one.name < other.name ? -1 : 1;
}
