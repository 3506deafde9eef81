import type { DiffFile } from "../../../components/diff/parse-patch.ts";

export interface FolderGroup {
  /** What all lie in: "" for the root, null for the rest of many folders. */
  readonly folder: string | null;
  readonly files: readonly DiffFile[];
}

/** A file, and the folder with which it is read: a test's is its source's. */
export interface PlacedFile {
  readonly file: DiffFile;
  readonly folder: string;
}

/** No folder is called so. */
const rest = "\0";

/** The finest folders of which there are at most so many; where that leaves one of many, the largest and a rest. */
export function groupByFolder(files: readonly PlacedFile[], atMost: number): readonly FolderGroup[] {
  if (files.length === 0) return [];
  const deepest = files.reduce((most, { folder }) => Math.max(most, namesOf(folder).length), 0);
  let chosen = cutAt(files, 0);
  for (let depth = 1; depth <= deepest; depth += 1) {
    const finer = cutAt(files, depth);
    if (finer.size > atMost) {
      if (chosen.size === 1) chosen = largest(finer, atMost);
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

function largest(groups: Map<string, PlacedFile[]>, atMost: number): Map<string, PlacedFile[]> {
  const bySize = [...groups].toSorted(([, one], [, other]) => other.length - one.length);
  const others = bySize.slice(atMost - 1).flatMap(([, files]) => files);
  return new Map([...bySize.slice(0, atMost - 1), [rest, others]]);
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
