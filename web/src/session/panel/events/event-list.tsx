import { useVirtualizer } from "@tanstack/react-virtual";
import type { SessionEvent } from "@tembo-io/sdk";
import { type KeyboardEvent, useRef } from "react";
import { formatDateTime, formatTimeWithSeconds } from "../../../format/dates.ts";
import { text } from "../../../text/index.ts";
import classes from "./events-panel.module.css";

const ROW_PX = 28;

interface EventListProps {
  readonly events: readonly SessionEvent[];
  readonly chosenId: number | null;
  readonly onChoose: (id: number) => void;
}

/**
 * Virtual list of events. The arrow keys select the previous and next event, and Home and End select the first and
 * last.
 */
export function EventList({ events, chosenId, onChoose }: EventListProps) {
  const viewport = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  const optionId = (id: number) => `event-${id}`;
  const move = (event: KeyboardEvent) => {
    const at = events.findIndex(({ id }) => id === chosenId);
    const last = events.length - 1;
    const next = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last }[
      event.key
    ];
    if (next === undefined || events[next] === undefined) return;
    event.preventDefault();
    rows.scrollToIndex(next);
    onChoose(events[next].id);
  };
  return (
    <div
      ref={viewport}
      className={classes.viewport}
      role="listbox"
      tabIndex={0}
      aria-label={text.panel.events.list}
      aria-activedescendant={chosenId === null ? undefined : optionId(chosenId)}
      onKeyDown={move}
    >
      <div className={classes.rows} style={{ height: rows.getTotalSize() }} role="presentation">
        {rows.getVirtualItems().map(({ index, start }) => {
          const { id, eventType, createdAt } = events[index]!;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the list has focus and handles the keys
            <div
              key={id}
              id={optionId(id)}
              role="option"
              aria-selected={id === chosenId}
              className={classes.row}
              style={{ transform: `translateY(${start}px)`, height: ROW_PX }}
              onClick={() => onChoose(id)}
            >
              <span className={classes.id}>{id}</span>
              <span className={classes.type}>{eventType}</span>
              <time dateTime={createdAt} title={formatDateTime(new Date(createdAt))}>
                {formatTimeWithSeconds(new Date(createdAt))}
              </time>
            </div>
          );
        })}
      </div>
    </div>
  );
}
