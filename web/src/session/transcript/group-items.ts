import type { TranscriptItem } from "./item.ts";

/** Items that the list shows together: a stretch of tool calls, or one other item. */
export interface Segment {
  readonly key: string;
  /** Visible items. */
  readonly items: readonly TranscriptItem[];
  /** Number of tool calls in `items`. */
  readonly calls: number;
  /** Index in the transcript of the first item after the segment. */
  readonly to: number;
}

export interface Grouping {
  readonly items: readonly TranscriptItem[];
  readonly segments: readonly Segment[];
}

export const noGroups: Grouping = { items: [], segments: [] };

/**
 * Divides a transcript into segments, without its hidden items. Reuses the segments of `before`, an earlier state of the
 * same transcript, up to the first item that changed.
 */
export function groupItems(items: readonly TranscriptItem[], before: Grouping = noGroups): Grouping {
  if (items === before.items) return before;
  const same = countSame(items, before.items);
  // The segment before the first change may continue.
  const kept = Math.max(0, countWithin(before.segments, same) - 1);
  const segments = before.segments.slice(0, kept);
  for (let index = segments.at(-1)?.to ?? 0; index < items.length; ) {
    const segment = readSegment(items, index);
    if (segment.items.length > 0) segments.push(segment);
    index = segment.to;
  }
  return { items, segments };
}

function readSegment(items: readonly TranscriptItem[], from: number): Segment {
  const shown: TranscriptItem[] = [];
  let calls = 0;
  let to = from;
  for (; to < items.length; to += 1) {
    const item = items[to]!;
    if (isHidden(item)) continue;
    if (shown.length > 0 && !isInStretch(item)) break;
    shown.push(item);
    if (item.kind === "tool") calls += 1;
    if (!isInStretch(item)) {
      to += 1;
      break;
    }
  }
  return { key: `segment:${shown[0]?.key ?? ""}`, items: shown, calls, to };
}

function isHidden(item: TranscriptItem): boolean {
  return "isHidden" in item && item.isHidden === true;
}

/** True for an item that does not end a stretch of tool calls. */
function isInStretch(item: TranscriptItem): boolean {
  if (item.kind === "permission") return item.answer?.decision === "allow";
  return item.kind === "tool" || item.kind === "thought" || item.kind === "plan";
}

function countSame(items: readonly TranscriptItem[], before: readonly TranscriptItem[]): number {
  let same = 0;
  while (same < before.length && items[same] === before[same]) same += 1;
  return same;
}

/** Number of segments that end at or before the item with this index. Binary search, because segments are in order. */
function countWithin(segments: readonly Segment[], index: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (segments[middle]!.to <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}
