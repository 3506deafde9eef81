import type { ChangeData } from "react-diff-view";
import type { DiffPart, Gap } from "./context.ts";
import { countColumns } from "./count-columns.ts";

export type DiffView = "split" | "unified";

/** A change in the unified view, or the old and the new line in the split view. */
export interface LineRow {
  readonly kind: "line";
  readonly key: string;
  readonly changes: readonly (ChangeData | null)[];
  /** True if the patch does not contain the line. */
  readonly isOpened: boolean;
}

export interface GapRow {
  readonly kind: "gap";
  readonly key: string;
  readonly gap: Gap;
}

export type DiffRow = LineRow | GapRow;

/** Height of a line of text, and of the space above and below it, in pixels. `diff-lines.module.css` uses the same. */
const LINE_PX = 20;
const SPACE_PX = 4;

/** Returns the rows of a file in this view. Pure. */
export function rowsOf(parts: readonly DiffPart[], view: DiffView): readonly DiffRow[] {
  return parts.flatMap((part): readonly DiffRow[] => {
    if (part.kind === "gap") return [{ kind: "gap", key: `gap ${part.gap.index}`, gap: part.gap }];
    const lines = view === "unified" ? part.changes.map((change) => [change]) : pairsOf(part.changes);
    const { isOpened } = part;
    return lines.map((changes) => ({ kind: "line", key: keyOf(changes), changes, isOpened }));
  });
}

/** Returns the height of a row in pixels if each of its cells has room for this many characters. */
export function heightOf(row: DiffRow, columns: number): number {
  if (row.kind === "gap") return LINE_PX + SPACE_PX;
  let lines = 1;
  for (const change of row.changes)
    if (change !== null) lines = Math.max(lines, Math.ceil(countColumns(change) / columns));
  return lines * LINE_PX + SPACE_PX;
}

/** Pairs each deleted line with the inserted line at the same position of its block. */
function pairsOf(changes: readonly ChangeData[]): readonly (readonly (ChangeData | null)[])[] {
  const pairs: (ChangeData | null)[][] = [];
  let unpaired = 0;
  for (const [index, change] of changes.entries()) {
    if (change.type === "normal") pairs.push([change, change]);
    else if (change.type === "delete") pairs.push([change, null]);
    else {
      // Counts the deleted lines directly before the inserted ones.
      if (changes[index - 1]?.type !== "insert") unpaired = deletedBefore(changes, index);
      if (unpaired > 0) pairs[pairs.length - unpaired--]![1] = change;
      else pairs.push([null, change]);
    }
  }
  return pairs;
}

function deletedBefore(changes: readonly ChangeData[], index: number): number {
  let count = 0;
  while (changes[index - 1 - count]?.type === "delete") count += 1;
  return count;
}

const keyOf = (changes: readonly (ChangeData | null)[]) =>
  changes.map((change) => (change === null ? "" : numberOf(change))).join(" ");

const numberOf = (change: ChangeData) =>
  change.type === "normal" ? `${change.newLineNumber}` : `${change.type[0]}${change.lineNumber}`;
