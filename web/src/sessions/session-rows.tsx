import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { SessionListItem } from "@tembo-io/sdk";
import { useEffect, useRef, useState } from "react";
import { repositoryNames } from "../api/choices.ts";
import { useAgentNames } from "../api/use-agent-names.ts";
import { useSettled } from "../components/use-settled.ts";
import { text } from "../text/index.ts";
import { ROW_HEIGHT, SessionRow } from "./session-row.tsx";
import classes from "./sessions-page.module.css";
import { useKeys } from "./use-keys.ts";
import { usePin } from "./use-pin.ts";

/** Distance from the end, in rows, at which the next page is requested. */
const AHEAD = 20;
/**
 * Numbers of invisible rows to render above and below the visible ones. The number is small at first, so that the list
 * appears sooner.
 */
const MORE_ROWS = { atFirst: 2, later: 12 };

export function SessionRows({
  sessions,
  onNearEnd,
}: {
  readonly sessions: readonly SessionListItem[];
  readonly onNearEnd: () => void;
}) {
  const viewport = useRef<HTMLDivElement>(null);
  // Stores the ID instead of the index, so that new rows above do not select another session.
  const [currentId, setCurrentId] = useState<string | null>(null);
  const current = sessions.findIndex(({ id }) => id === currentId);
  const rows = useVirtualizer({
    count: sessions.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => sessions[index]!.id,
    overscan: useSettled() ? MORE_ROWS.later : MORE_ROWS.atFirst,
  });
  const names = useQuery(repositoryNames).data;
  const nameOf = useAgentNames(sessions.map(({ agent }) => agent));
  const { mutate: pin } = usePin();
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= sessions.length - AHEAD) onNearEnd();
  }, [last, sessions.length, onNearEnd]);

  const go = (index: number) => {
    const session = sessions[Math.max(0, Math.min(index, sessions.length - 1))];
    if (session === undefined) return;
    setCurrentId(session.id);
    rows.scrollToIndex(sessions.indexOf(session));
    const focus = () => {
      const row = document.getElementById(`session-${session.id}`);
      row?.focus({ preventScroll: true });
      return row !== null;
    };
    // A row that has not been rendered yet exists after the next paint.
    if (!focus()) requestAnimationFrame(focus);
  };
  useKeys({
    j: () => go(current + 1),
    k: () => go(current - 1),
    ...(current >= 0 && { p: () => pin(sessions[current]!) }),
  });
  return (
    <div ref={viewport} className={classes.viewport}>
      <ul className={classes.rows} style={{ height: rows.getTotalSize() }} aria-label={text.sessions.list}>
        {visible.map(({ index, key, start }) => (
          <li key={key} className={classes.item} style={{ transform: `translateY(${start}px)` }}>
            <SessionRow
              session={sessions[index]!}
              repositoryNames={names}
              agentName={nameOf(sessions[index]!.agent)}
              isCurrent={index === current}
              onFocus={setCurrentId}
              onPin={pin}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
