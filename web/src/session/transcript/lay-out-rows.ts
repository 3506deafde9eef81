import type { Grouping, Segment } from "./group-items.ts";
import type { TranscriptItem } from "./item.ts";

/** A row of the list. The rows of an open group follow the group's row. */
export type ListRow =
  | {
      readonly kind: "item";
      readonly key: string;
      readonly item: TranscriptItem;
      readonly isNested: boolean;
      /** State of the turn that the message started, or null if it cannot be folded. */
      readonly turn: "open" | "folded" | null;
    }
  | { readonly kind: "group"; readonly key: string; readonly segment: Segment; readonly isOpen: boolean };

export interface RowsView {
  /** Groups that the user opened or closed, by the key of the segment. */
  readonly chosen: ReadonlyMap<string, boolean>;
  /** Groups that are open unless the user closed them. */
  readonly openAtFirst: ReadonlySet<string>;
  /** Keys of the messages whose turns are folded. */
  readonly folded: ReadonlySet<string>;
}

/** Number of tool calls from which a stretch is a group. */
const LEAST_CALLS = 2;
/** Items that a folded turn shows, beside its messages and its last text. */
const keptKinds: ReadonlySet<TranscriptItem["kind"]> = new Set(["pullRequest", "proposal", "turnEnd"]);

export const isGroup = ({ calls }: Segment): boolean => calls >= LEAST_CALLS;

/**
 * Returns the rows of a transcript. The task list of a turn is above the turn's end. Before the end, it is shown below the
 * list of rows.
 */
export function layOutRows({ segments }: Grouping, view: RowsView): readonly ListRow[] {
  const ends = findTurnEnds(segments);
  const rows: ListRow[] = [];
  let plan: TranscriptItem | null = null;
  for (let index = 0; index < segments.length; index += 1) {
    const segment = segments[index]!;
    const end = ends.get(index);
    plan = segment.items.find(({ kind }) => kind === "plan") ?? plan;
    if (plan !== null && segment.items[0]!.kind === "turnEnd") {
      addItem(rows, plan);
      plan = null;
    }
    if (end === undefined) addSegment(rows, segment, view);
    else {
      const isFolded = view.folded.has(segment.items[0]!.key);
      addItem(rows, segment.items[0]!, { turn: isFolded ? "folded" : "open" });
      if (isFolded) {
        addFolded(rows, segments.slice(index + 1, end + 1));
        index = end;
      }
    }
  }
  return rows;
}

/** Returns the index of the turn's end by the index of the message that started the turn, for ended turns. */
function findTurnEnds(segments: readonly Segment[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  let start: number | null = null;
  for (const [index, { items }] of segments.entries()) {
    const item = items[0]!;
    if (item.kind === "message" && !item.isSteered) start = index;
    if (item.kind !== "turnEnd" || start === null) continue;
    // A turn without work has nothing to fold.
    if (index > start + 1) ends.set(start, index);
    start = null;
  }
  return ends;
}

function addFolded(rows: ListRow[], segments: readonly Segment[]): void {
  const lastText = segments.findLast(({ items }) => items[0]!.kind === "text");
  for (const segment of segments) {
    const item = segment.items[0]!;
    if (segment === lastText || item.kind === "message" || keptKinds.has(item.kind)) addItem(rows, item);
  }
}

function addSegment(rows: ListRow[], segment: Segment, { chosen, openAtFirst }: RowsView): void {
  const isGrouped = isGroup(segment);
  if (isGrouped) {
    const { key } = segment;
    const isOpen = chosen.get(key) ?? openAtFirst.has(key);
    rows.push({ kind: "group", key, segment, isOpen });
    if (!isOpen) return;
  }
  for (const item of segment.items) if (item.kind !== "plan") addItem(rows, item, { isNested: isGrouped });
}

function addItem(
  rows: ListRow[],
  item: TranscriptItem,
  {
    isNested = false,
    turn = null,
  }: { readonly isNested?: boolean; readonly turn?: "open" | "folded" | null } = {},
): void {
  rows.push({ kind: "item", key: item.key, item, isNested, turn });
}
