import type { ChangeData, HunkData } from "react-diff-view";
import type { DiffFile } from "./parse-patch.ts";

/** Number of unchanged lines in a gap that the user has opened, at its start and at its end. */
export interface Opened {
  readonly start: number;
  readonly end: number;
}

/** Unchanged lines that the patch does not contain. */
export interface Gap {
  /** Index of the hunk that follows the gap, or the number of hunks for the end of the file. */
  readonly index: number;
  /** Number of hidden lines, or null if it is unknown. */
  readonly hidden: number | null;
  /** Text that git adds to the header of the next hunk, usually the name of a function. */
  readonly near: string;
}

export type DiffPart =
  | { readonly kind: "gap"; readonly gap: Gap }
  | { readonly kind: "changes"; readonly changes: readonly ChangeData[]; readonly isOpened: boolean };

/** Git adds three unchanged lines to a hunk, unless the file ends before. */
const CONTEXT_LINES = 3;

/**
 * Returns the hunks of a file, the lines that the user has opened between them, and the gaps that remain. `lines` are
 * the lines of the new version of the file, or null if they have not been loaded. Pure.
 */
export function partsOf(
  { kind, hunks }: Pick<DiffFile, "kind" | "hunks">,
  opened: ReadonlyMap<number, Opened>,
  lines: readonly string[] | null,
): readonly DiffPart[] {
  const parts: DiffPart[] = [];
  let next = { old: 1, new: 1 };
  for (const [index, hunk] of hunks.entries()) {
    const first = firstLines(hunk);
    const size = Math.max(0, first.new - next.new);
    parts.push(...gapParts({ index, size, from: next, near: nearOf(hunk) }, opened.get(index), lines));
    parts.push({ kind: "changes", changes: hunk.changes, isOpened: false });
    next = { old: first.old + hunk.oldLines, new: first.new + hunk.newLines };
  }
  const last = hunks.at(-1);
  if (last === undefined || kind === "added" || kind === "deleted" || endsFile(last)) return parts;
  const size = lines === null ? null : Math.max(0, lines.length - next.new + 1);
  return [
    ...parts,
    ...gapParts({ index: hunks.length, size, from: next, near: "" }, opened.get(hunks.length), lines),
  ];
}

/** Returns the lines that opening `count` more lines of the gap shows. */
export function openMore(
  { start, end }: Opened = { start: 0, end: 0 },
  where: "start" | "end",
  count: number,
): Opened {
  return where === "start" ? { start: start + count, end } : { start, end: end + count };
}

/** Returns true if the new side of every hunk is part of these lines. Pure. */
export function hasLines(hunks: readonly HunkData[], lines: readonly string[]): boolean {
  return hunks.every(({ changes }) =>
    changes.every((change) => {
      if (change.type === "delete") return true;
      const at = change.type === "insert" ? change.lineNumber : change.newLineNumber;
      return lines[at - 1] === change.content;
    }),
  );
}

/** Splits the content of a file into lines, as a patch does. */
export function linesOfContent(content: string): readonly string[] {
  const lines = content.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

interface Between {
  readonly index: number;
  readonly size: number | null;
  readonly from: { readonly old: number; readonly new: number };
  readonly near: string;
}

function gapParts(
  { index, size, from, near }: Between,
  opened: Opened = { start: 0, end: 0 },
  lines: readonly string[] | null,
): readonly DiffPart[] {
  if (size === 0) return [];
  const gap = (hidden: number | null): DiffPart => ({ kind: "gap", gap: { index, hidden, near } });
  if (lines === null || size === null) return [gap(size)];
  const start = Math.min(opened.start, size);
  const end = Math.min(opened.end, size - start);
  const open = (skip: number, count: number): readonly DiffPart[] =>
    count === 0
      ? []
      : [{ kind: "changes", isOpened: true, changes: contextLines(lines, from, { skip, count }) }];
  const hidden = size - start - end;
  return [...open(0, start), ...(hidden === 0 ? [] : [gap(hidden)]), ...open(size - end, end)];
}

const contextLines = (
  lines: readonly string[],
  from: { readonly old: number; readonly new: number },
  { skip, count }: { readonly skip: number; readonly count: number },
): readonly ChangeData[] =>
  Array.from({ length: count }, (_, index) => ({
    type: "normal",
    isNormal: true,
    content: lines[from.new - 1 + skip + index] ?? "",
    oldLineNumber: from.old + skip + index,
    newLineNumber: from.new + skip + index,
  }));

/** Returns the first line on each side. A hunk without lines on a side names the line before it. */
const firstLines = ({ oldStart, oldLines, newStart, newLines }: HunkData) => ({
  old: oldLines === 0 ? oldStart + 1 : oldStart,
  new: newLines === 0 ? newStart + 1 : newStart,
});

function endsFile({ changes }: HunkData): boolean {
  const lastChange = changes.findLastIndex(({ type }) => type !== "normal");
  return changes.length - 1 - lastChange < CONTEXT_LINES;
}

const nearOf = ({ content }: HunkData) => /^@@[^@]*@@ ?(.*)$/s.exec(content)?.[1] ?? "";
