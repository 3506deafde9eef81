import { useCallback, useMemo, useRef, useState } from "react";
import type { Transcript } from "./transcript/draft.ts";
import { type Grouping, groupItems, noGroups } from "./transcript/group-items.ts";
import { isGroup, layOutRows } from "./transcript/lay-out-rows.ts";

/**
 * Rows of the list, and functions that open groups and fold turns. The last group of a running turn is open. Groups that
 * were open for this reason close only while the user is at the end of the list, so that nothing moves under the user's
 * eyes.
 */
export function useListRows(transcript: Transcript) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const isAtEnd = useRef(true);
  const grouping = useRef<Grouping>(noGroups);
  const openGroups = useRef<ReadonlySet<string>>(new Set());
  const { items, turn } = transcript;
  const isRunning = turn !== null;
  const rows = useMemo(() => {
    grouping.current = groupItems(items, grouping.current);
    const last = isRunning ? grouping.current.segments.findLast(isGroup)?.key : undefined;
    const kept = isAtEnd.current ? [] : openGroups.current;
    openGroups.current = new Set([...kept, ...(last === undefined ? [] : [last])]);
    return layOutRows(grouping.current, { chosen, folded, openAtFirst: openGroups.current });
  }, [items, isRunning, chosen, folded]);
  const toggleGroup = useCallback(
    (key: string, isOpen: boolean) => setChosen((before) => new Map(before).set(key, isOpen)),
    [],
  );
  const foldTurn = useCallback(
    (key: string) =>
      setFolded((before) => {
        const after = new Set(before);
        if (!after.delete(key)) after.add(key);
        return after;
      }),
    [],
  );
  return { rows, toggleGroup, foldTurn, isAtEnd };
}
