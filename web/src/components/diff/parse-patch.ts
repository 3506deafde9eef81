import { type PatchFile, parsePatch as parseFiles } from "@tembo-io/sdk";
import type { ChangeData, HunkData } from "react-diff-view";

export interface DiffFile extends Omit<PatchFile, "lines"> {
  readonly hunks: readonly HunkData[];
}

const HUNK_START = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** Parses the output of `git diff`. Accepts truncated output. */
export function parsePatch(patch: string): readonly DiffFile[] {
  return parseFiles(patch).map(({ lines, ...file }) => ({ ...file, hunks: readHunks(lines) }));
}

/** Parses hunks. Every line of a hunk begins with a sign, so the parser never mistakes content for a header. */
export function readHunks(lines: readonly string[]): readonly HunkData[] {
  const hunks: HunkData[] = [];
  let next = 0;
  for (let match = HUNK_START.exec(lines[next] ?? ""); match !== null; ) {
    const changes: ChangeData[] = [];
    const oldStart = Number(match[1]);
    const oldLines = Number(match[2] ?? 1);
    const newStart = Number(match[3]);
    const newLines = Number(match[4] ?? 1);
    let oldLine = oldStart;
    let newLine = newStart;
    hunks.push({ content: lines[next]!, oldStart, oldLines, newStart, newLines, changes });
    for (next += 1; next < lines.length; next += 1) {
      const line = lines[next]!;
      const content = line.slice(1);
      if (line.startsWith("\\")) continue;
      if (line.startsWith("+")) {
        changes.push({ type: "insert", isInsert: true, content, lineNumber: newLine++ });
      } else if (line.startsWith("-")) {
        changes.push({ type: "delete", isDelete: true, content, lineNumber: oldLine++ });
      } else if (line.startsWith(" ")) {
        const numbers = { oldLineNumber: oldLine++, newLineNumber: newLine++ };
        changes.push({ type: "normal", isNormal: true, content, ...numbers });
      } else break;
    }
    match = HUNK_START.exec(lines[next] ?? "");
  }
  return hunks;
}
