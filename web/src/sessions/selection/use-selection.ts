import { useSearch } from "@tanstack/react-router";
import type { SessionListItem } from "@tembo-io/sdk";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Line } from "../group-sessions.ts";
import { clearSessions, noSelection, selectRange, toggleSession } from "./select-sessions.ts";

/** Selection of the list's sessions. Sessions that have left the list do not count. */
export function useSelection(lines: readonly Line[]) {
  const [selection, setSelection] = useState(noSelection);
  const sessions = useMemo(
    () => lines.flatMap((line): SessionListItem[] => (line.kind === "session" ? [line.session] : [])),
    [lines],
  );
  const filters = useSearch({ from: "/inside/sessions" });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other filters show another list
  useEffect(() => setSelection(noSelection), [filters]);
  const latest = useRef(sessions);
  useEffect(() => {
    latest.current = sessions;
  }, [sessions]);
  const toggle = useCallback((id: string, isRange: boolean) => {
    const order = latest.current.map((session) => session.id);
    setSelection((before) => (isRange ? selectRange(before, id, order) : toggleSession(before, id)));
  }, []);
  const clear = useCallback(
    (ids: readonly string[]) => setSelection((before) => clearSessions(before, ids)),
    [],
  );
  return {
    ids: selection.ids,
    selected: useMemo(() => sessions.filter(({ id }) => selection.ids.has(id)), [sessions, selection.ids]),
    toggle,
    clear,
    clearAll: useCallback(() => setSelection(noSelection), []),
    selectAll: useCallback(
      () => setSelection({ ids: new Set(latest.current.map(({ id }) => id)), anchorId: null }),
      [],
    ),
    /** Number of sessions that can be selected. */
    total: sessions.length,
  };
}
