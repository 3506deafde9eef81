import type { FoundEntry } from "../../sessions/index.ts";

/** Position in a listing: the last entry of the page before. */
export interface FolderPosition {
  readonly isFolder: boolean;
  readonly name: string;
}

/**
 * Returns the entries after a position, folders first and then by name, and the position of the next page. A position
 * remains valid when entries are added or removed. Pure.
 */
export function choosePage(
  found: readonly FoundEntry[],
  { after, limit }: { readonly after: FolderPosition | null; readonly limit: number },
): { readonly page: readonly FoundEntry[]; readonly next: FolderPosition | null } {
  const rest = found
    .filter((entry) => after === null || compare(positionOf(entry), after) > 0)
    .sort((one, other) => compare(positionOf(one), positionOf(other)));
  const page = rest.slice(0, limit);
  return { page, next: rest.length > limit ? positionOf(page.at(-1)!) : null };
}

const positionOf = ({ kind, name }: FoundEntry): FolderPosition => ({ isFolder: kind === "folder", name });

function compare(one: FolderPosition, other: FolderPosition): number {
  if (one.isFolder !== other.isFolder) return one.isFolder ? -1 : 1;
  if (one.name === other.name) return 0;
  return one.name < other.name ? -1 : 1;
}
