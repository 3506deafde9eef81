import type { DiffFile } from "../../../components/diff/parse-patch.ts";

export interface NewLine {
  readonly line: number;
  readonly content: string;
}

const MOST_LINES = 50;

/**
 * Returns at most 50 lines of the new side in order, up to and including line `end`. All of them are in the same hunk.
 * Returns none if no hunk contains line `end`.
 */
export function linesBefore(file: DiffFile, end: number): readonly NewLine[] {
  for (const { changes } of file.hunks) {
    const lines = changes.flatMap((change): NewLine[] => {
      if (change.type === "delete") return [];
      const line = change.type === "insert" ? change.lineNumber : change.newLineNumber;
      return [{ line, content: change.content }];
    });
    if (!lines.some(({ line }) => line === end)) continue;
    return lines.filter(({ line }) => line <= end && line > end - MOST_LINES);
  }
  return [];
}

/** Appends a suggestion block with the lines to the text. The block's fence is longer than any fence in the lines. */
export function suggestionOf(body: string, lines: readonly NewLine[], start: number): string {
  const chosen = lines.filter(({ line }) => line >= start).map(({ content }) => content);
  const longest = Math.max(2, ...chosen.map((line) => (/`{3,}/.exec(line)?.[0] ?? "").length));
  const fence = "`".repeat(longest + 1);
  const before = body.trim() === "" ? "" : `${body.trim()}\n\n`;
  return `${before}${fence}suggestion\n${chosen.join("\n")}\n${fence}\n`;
}
