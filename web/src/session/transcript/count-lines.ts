import { diffLines } from "diff";
import type { FileDiff, ItemOf } from "./item.ts";

/** Numbers of added and removed lines. */
export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}

/** Maximum number of differing lines for which the texts are compared in order, which takes quadratic time. */
const MAX_EDITS = 60;
const known = new WeakMap<FileDiff, LineCounts>();

/** Returns the lines that a call changed. A failed call changed none. */
export function countCallLines({ status, diffs }: ItemOf<"tool">): LineCounts {
  return status === "failed" ? { added: 0, removed: 0 } : addUp(diffs.map(countLines));
}

export function addUp(counts: readonly LineCounts[]): LineCounts {
  return counts.reduce(
    (sum, { added, removed }) => ({ added: sum.added + added, removed: sum.removed + removed }),
    { added: 0, removed: 0 },
  );
}

function countLines(diff: FileDiff): LineCounts {
  const before = known.get(diff);
  if (before !== undefined) return before;
  const counts = compare(diff.oldText ?? "", diff.newText);
  known.set(diff, counts);
  return counts;
}

function compare(oldText: string, newText: string): LineCounts {
  const parts = diffLines(oldText, newText, { maxEditLength: MAX_EDITS });
  if (parts === undefined) return countUnordered(linesOf(oldText), linesOf(newText));
  return addUp(
    parts.map(({ added, removed, count }) => ({ added: added ? count : 0, removed: removed ? count : 0 })),
  );
}

/** Counts the lines that only one of the texts has. Lines that moved do not count. */
function countUnordered(before: readonly string[], after: readonly string[]): LineCounts {
  const left = new Map<string, number>();
  for (const line of before) left.set(line, (left.get(line) ?? 0) + 1);
  let same = 0;
  for (const line of after) {
    const count = left.get(line) ?? 0;
    if (count === 0) continue;
    left.set(line, count - 1);
    same += 1;
  }
  return { added: after.length - same, removed: before.length - same };
}

function linesOf(text: string): readonly string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
