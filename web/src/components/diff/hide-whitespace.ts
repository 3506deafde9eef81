import { diffArrays } from "diff";
import type { ChangeData, HunkData } from "react-diff-view";

/** Maximum number of differing lines in one block. Longer blocks stay as they are, because comparing them is slow. */
const MAX_EDITS = 500;

type Deleted = Extract<ChangeData, { type: "delete" }>;
type Inserted = Extract<ChangeData, { type: "insert" }>;

/**
 * Returns the hunks without changes that only add, remove or replace white space within a line. Such lines become
 * unchanged lines with their new text. Omits hunks that contain no other changes. Pure.
 */
export function hideWhitespace(hunks: readonly HunkData[]): readonly HunkData[] {
  return hunks.flatMap((hunk) => {
    const changes = blocksOf(hunk.changes).flatMap(hideInBlock);
    if (changes.every(({ type }) => type === "normal")) return [];
    return [{ ...hunk, changes }];
  });
}

/** Splits the changes into blocks: consecutive deleted and inserted lines, or one unchanged line. */
function blocksOf(changes: readonly ChangeData[]): ChangeData[][] {
  const blocks: ChangeData[][] = [];
  let open: ChangeData[] | null = null;
  for (const change of changes) {
    if (change.type === "normal") {
      blocks.push([change]);
      open = null;
    } else if (open === null) {
      open = [change];
      blocks.push(open);
    } else open.push(change);
  }
  return blocks;
}

function hideInBlock(block: readonly ChangeData[]): readonly ChangeData[] {
  const deleted = block.filter((change): change is Deleted => change.type === "delete");
  const inserted = block.filter((change): change is Inserted => change.type === "insert");
  if (deleted.length === 0 || inserted.length === 0) return block;
  const parts = diffArrays(deleted.map(textOf), inserted.map(textOf), { maxEditLength: MAX_EDITS });
  if (parts === undefined) return block;
  const shown: ChangeData[] = [];
  let [oldAt, newAt] = [0, 0];
  for (const { added, removed, value } of parts)
    for (const _ of value) {
      if (removed) shown.push(deleted[oldAt++]!);
      else if (added) shown.push(inserted[newAt++]!);
      else shown.push(unchanged(deleted[oldAt++]!, inserted[newAt++]!));
    }
  return shown;
}

const textOf = ({ content }: ChangeData) => content.replaceAll(/\s+/g, "");

const unchanged = (deleted: Deleted, inserted: Inserted): ChangeData => ({
  type: "normal",
  isNormal: true,
  content: inserted.content,
  oldLineNumber: deleted.lineNumber,
  newLineNumber: inserted.lineNumber,
});
