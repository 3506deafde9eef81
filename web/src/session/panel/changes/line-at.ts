import type { DiffFile } from "../../../components/diff/parse-patch.ts";
import { type DiffPlace, diffPlace } from "../../../components/diff/place.ts";

/** Returns the text of a line of the diff, or an empty string if the diff does not contain the line. */
export function lineAt(files: readonly DiffFile[], { path, side, line }: DiffPlace): string {
  const file = files.find((each) => each.path === path);
  const changes = file?.hunks.flatMap((hunk) => hunk.changes) ?? [];
  const change = changes.find((each) => {
    const place = diffPlace(file!, each);
    return place.side === side && place.line === line;
  });
  return change?.content ?? "";
}
