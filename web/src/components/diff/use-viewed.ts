import { useMemo, useState } from "react";
import { readStored, writeStored } from "../../stored.ts";
import type { DiffFile } from "./parse-patch.ts";
import { readViewed, signatureOf, type Viewed, withViewed } from "./viewed.ts";

const STORED = "viewed-files";

interface Scoped {
  /** Name under which the browser stores the marks of this diff. */
  readonly scope: string;
  readonly files: readonly DiffFile[];
  /** The head commit of the diff. */
  readonly head: string | null;
}

export interface ViewedFiles {
  /** Paths of the files that the user has marked and that have not changed since. */
  readonly viewed: ReadonlySet<string>;
  readonly onViewed: (path: string, isViewed: boolean) => void;
}

/**
 * Returns the viewed files of each diff, and functions that mark a file. The browser stores the marks. A file that
 * changes loses its mark.
 */
export function useViewedGroups(groups: readonly Scoped[]): readonly ViewedFiles[] {
  /** Marks that this page has set, by scope. The browser stores those of other visits. */
  const [marks, setMarks] = useState<Readonly<Record<string, Viewed>>>({});
  return useMemo(
    () =>
      groups.map(({ scope, files, head }) => {
        const marked = marks[scope] ?? readViewed(readStored(STORED), scope);
        // Only marked files are hashed, because a diff can contain thousands of files.
        const isViewed = (file: DiffFile) =>
          Object.hasOwn(marked, file.path) && marked[file.path] === signatureOf(file, head);
        return {
          viewed: new Set(files.filter(isViewed).map(({ path }) => path)),
          onViewed: (path: string, isNowViewed: boolean) => {
            const file = files.find((one) => one.path === path);
            if (file === undefined) return;
            const { [path]: _, ...others } = marked;
            const next = isNowViewed ? { ...others, [path]: signatureOf(file, head) } : others;
            setMarks((old) => ({ ...old, [scope]: next }));
            writeStored(STORED, withViewed(readStored(STORED), scope, next));
          },
        };
      }),
    [groups, marks],
  );
}
