import { getChangeKey } from "react-diff-view";
import type { DiffFile } from "./parse-patch.ts";
import { type DiffPlace, diffPlace } from "./place.ts";

/**
 * Returns a function that maps a line of the file to its react-diff-view key, or to undefined if the diff does not
 * contain the line.
 */
export function changeKeys(file: DiffFile): (place: DiffPlace) => string | undefined {
  const keys = new Map<string, string>();
  for (const { changes } of file.hunks) {
    for (const change of changes) {
      const key = getChangeKey(change);
      const { side, line } = diffPlace(file, change);
      keys.set(`${side}:${line}`, key);
      if (change.type === "normal") keys.set(`old:${change.oldLineNumber}`, key);
    }
  }
  return ({ side, line }) => keys.get(`${side}:${line}`);
}
