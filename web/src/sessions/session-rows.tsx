import { useMediaQuery } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { SessionListItem } from "@tembo-io/sdk";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { useSettled } from "../components/use-settled.ts";
import { useKeys } from "../shell/use-keys.ts";
import { text } from "../text/index.ts";
import { onDensity } from "../theme/density.ts";
import { GroupHeading } from "./group-heading.tsx";
import type { Line } from "./group-sessions.ts";
import { namesFor, SelectionBar } from "./selection/selection-bar.tsx";
import { useBulk } from "./selection/use-bulk.tsx";
import { useSelection } from "./selection/use-selection.ts";
import { SessionRow } from "./session-row.tsx";
import classes from "./sessions-page.module.css";
import { useSessionItems } from "./use-session-items.ts";

/** Distance from the end, in rows, at which the next page is requested. */
const AHEAD = 20;
const HEADING_HEIGHT = 36;
/** Height of a row with two lines, on a phone. */
const NARROW_ROW_HEIGHT = 60;
/**
 * Numbers of invisible rows to render above and below the visible ones. The number is small at first, so that the list
 * appears sooner.
 */
const MORE_ROWS = { atFirst: 2, later: 12 };

export function SessionRows({
  lines,
  onNearEnd,
}: {
  readonly lines: readonly Line[];
  readonly onNearEnd: () => void;
}) {
  const viewport = useRef<HTMLDivElement>(null);
  // Stores the ID instead of the index, so that new rows above do not select another session.
  const [currentId, setCurrentId] = useState<string | null>(null);
  const current = lines.findIndex((line) => idOf(line) === currentId);
  const rowHeight = useRowHeight();
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => viewport.current,
    estimateSize: (index) => (lines[index]!.kind === "session" ? rowHeight : HEADING_HEIGHT),
    getItemKey: (index) => keyOf(lines[index]!),
    overscan: useSettled() ? MORE_ROWS.later : MORE_ROWS.atFirst,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows have another height
  useLayoutEffect(() => rows.measure(), [rowHeight]);
  const { ids, selected, total, toggle, clear, clearAll, selectAll } = useSelection(lines);
  const bulk = useBulk(clear);
  const isSelecting = selected.length > 0;
  const { run } = bulk;
  const sessions = lines.flatMap((line) => (line.kind === "session" ? line.session : []));
  const { pin, archive, propsOf } = useSessionItems(sessions, run);
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= lines.length - AHEAD) onNearEnd();
  }, [last, lines.length, onNearEnd]);

  /** Selects the next session in a direction, or the first one. */
  const go = (step: 1 | -1) => {
    let index = current === -1 ? 0 : current + step;
    while (index >= 0 && index < lines.length && lines[index]!.kind !== "session") index += step;
    const line = lines[index];
    if (line?.kind !== "session") return;
    const { id } = line.session;
    setCurrentId(id);
    rows.scrollToIndex(index);
    const focus = () => {
      const row = document.getElementById(`session-${id}`);
      row?.focus({ preventScroll: true });
      return row !== null;
    };
    // A row that has not been rendered yet exists after the next paint.
    if (!focus()) requestAnimationFrame(focus);
  };
  /** Archives or pins the selected sessions, or reverts this. */
  const runOnSelected = (index: 0 | 1) => {
    if (bulk.running === null) void run(namesFor(selected)[index]!, selected);
  };
  const clearSelection = () => isSelecting && clearAll();
  useKeys({
    x: () => {
      const line = lines[current];
      if (line?.kind === "session") toggle(line.session.id, false);
    },
    Escape: clearSelection,
    j: () => go(1),
    k: () => go(-1),
    p: () => {
      if (isSelecting) return void runOnSelected(1);
      const line = lines[current];
      if (line?.kind === "session") pin(line.session);
    },
    e: () => {
      if (isSelecting) return void runOnSelected(0);
      const line = lines[current];
      if (line?.kind !== "session") return;
      // The archived row disappears with its focus.
      go(lines.slice(current + 1).some(({ kind }) => kind === "session") ? 1 : -1);
      archive(line.session);
    },
  });
  return (
    <div className={classes.list} data-selecting={isSelecting || undefined}>
      <div ref={viewport} className={classes.viewport}>
        <ul className={classes.rows} style={{ height: rows.getTotalSize() }} aria-label={text.sessions.list}>
          {visible.map(({ index, key, start }) => (
            <li key={key} className={classes.item} style={{ transform: `translateY(${start}px)` }}>
              {renderLine(lines[index]!, (session) => (
                <SessionRow
                  {...propsOf(session)}
                  isCurrent={index === current}
                  isSelected={ids.has(session.id)}
                  onSelect={toggle}
                  onFocus={setCurrentId}
                />
              ))}
            </li>
          ))}
        </ul>
      </div>
      {isSelecting && (
        <SelectionBar
          selected={selected}
          total={total}
          running={bulk.running}
          onRun={run}
          onSelectAll={selectAll}
          onClear={clearAll}
        />
      )}
    </div>
  );
}

function renderLine(line: Line, renderSession: (session: SessionListItem) => ReactNode): ReactNode {
  if (line.kind === "session") return renderSession(line.session);
  if (line.kind === "heading")
    return <GroupHeading name={line.name} total={line.total} className={classes.heading} />;
  return (
    <Link to="/sessions" search={{ state: line.name }} className={classes.more}>
      {text.sessions.showAll(line.total, text.sessions.groups[line.name])}
    </Link>
  );
}

const idOf = (line: Line) => (line.kind === "session" ? line.session.id : null);
const keyOf = (line: Line) => (line.kind === "session" ? line.session.id : `${line.kind} ${line.name}`);

/** Returns the height of a session's row in pixels, which depends on the density and on the width of the window. */
function useRowHeight(): number {
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const height = useSyncExternalStore(onDensity, readRowHeight);
  return isNarrow ? NARROW_ROW_HEIGHT : height;
}

const readRowHeight = () =>
  Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue("--row"), 10) || 44;
