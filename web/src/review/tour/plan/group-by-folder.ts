import type { DiffFile } from "../../../components/diff/parse-patch.ts";

export interface FolderGroup {
  /** Common folder of all files, "" for the root, or null for the group of remaining files. */
  readonly folder: string | null;
  readonly files: readonly DiffFile[];
}

/** A file, with the folder in which the tour shows it. For a test, this is the folder of its source. */
export interface PlacedFile {
  readonly file: DiffFile;
  readonly folder: string;
}

/** Key of the group for all other files. No folder can have this name. */
const rest = "\0";

/**
 * Groups files by folder, at the greatest depth that results in at most `maxFiles` groups. If that is a single group
 * although the files are in more folders than `maxFiles`, returns the largest groups at the next depth and one group
 * for the remaining files.
 */
export function groupByFolder(files: readonly PlacedFile[], maxFiles: number): readonly FolderGroup[] {
  if (files.length === 0) return [];
  const deepest = files.reduce((most, { folder }) => Math.max(most, namesOf(folder).length), 0);
  let chosen = cutAt(files, 0);
  for (let depth = 1; depth <= deepest; depth += 1) {
    const finer = cutAt(files, depth);
    if (finer.size > maxFiles) {
      if (chosen.size === 1) chosen = largest(finer, maxFiles);
      break;
    }
    chosen = finer;
  }
  return [...chosen].map(([key, placed]) => ({
    folder: key === rest ? null : sharedFolder(placed),
    files: placed.map(({ file }) => file),
  }));
}

const namesOf = (folder: string) => (folder === "" ? [] : folder.split("/"));

const cutAt = (files: readonly PlacedFile[], depth: number): Map<string, PlacedFile[]> =>
  Map.groupBy(files, ({ folder }) => namesOf(folder).slice(0, depth).join("/"));

function largest(groups: Map<string, PlacedFile[]>, maxFiles: number): Map<string, PlacedFile[]> {
  const bySize = [...groups].toSorted(([, one], [, other]) => other.length - one.length);
  const others = bySize.slice(maxFiles - 1).flatMap(([, files]) => files);
  return new Map([...bySize.slice(0, maxFiles - 1), [rest, others]]);
}

function sharedFolder(files: readonly PlacedFile[]): string {
  let shared = namesOf(files[0]!.folder);
  for (const { folder } of files) {
    const names = namesOf(folder);
    const until = shared.findIndex((name, index) => name !== names[index]);
    if (until >= 0) shared = shared.slice(0, until);
  }
  return shared.join("/");
}
