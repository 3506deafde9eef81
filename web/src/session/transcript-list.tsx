import { Button } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { ScrollRegion } from "../components/scroll-region.tsx";
import { text } from "../text/index.ts";
import { OpenRows } from "./rows/fold.tsx";
import { GroupRow } from "./rows/group-row.tsx";
import { Row } from "./rows/row.tsx";
import { findRunningPlan } from "./transcript/current-step.ts";
import type { Transcript } from "./transcript/draft.ts";
import type { TranscriptItem } from "./transcript/item.ts";
import type { ListRow } from "./transcript/lay-out-rows.ts";
import classes from "./transcript-list.module.css";
import { useListRows } from "./use-list-rows.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";
import { WorkingLine } from "./working-line.tsx";

type ListKind = TranscriptItem["kind"] | "group";

const TOP_PX = 20;
const LINE_PX = 28;
/** Estimated row heights in pixels, used until a row is measured. */
const estimates: Partial<Record<ListKind, number>> = {
  message: 96,
  text: 80,
  picture: 320,
  permission: 36,
  turnEnd: 60,
};
/** Kinds of items that are shown as a single line. Adjacent lines have less space between them. */
const lines: ReadonlySet<ListKind> = new Set([
  "group",
  "plan",
  "tool",
  "thought",
  "steps",
  "note",
  "commit",
  "hook",
]);

export function TranscriptList({
  transcript,
  sessionId,
}: {
  readonly transcript: Transcript;
  readonly sessionId: string;
}) {
  const { items, turn, openAsks } = transcript;
  const { rows: list, toggleGroup, foldTurn, isAtEnd: isAtEndNow } = useListRows(transcript);
  const viewport = useRef<HTMLElement>(null);
  const [openRows] = useState(() => new Map<string, boolean>());
  const rows = useVirtualizer({
    count: list.length,
    getScrollElement: () => viewport.current,
    getItemKey: (index) => list[index]!.key,
    estimateSize: (index) => estimates[kindOf(list[index])] ?? LINE_PX,
    paddingStart: TOP_PX,
    overscan: 8,
  });
  const { isAtEnd, hasNew, toEnd } = useStickToEnd(viewport, rows.getTotalSize(), items.at(-1));
  useEffect(() => {
    isAtEndNow.current = isAtEnd;
  }, [isAtEnd, isAtEndNow]);
  const plan = findRunningPlan(transcript);
  const last = items.at(-1);
  const isTight = (index: number) => lines.has(kindOf(list[index])) && lines.has(kindOf(list[index + 1]));
  const content = (row: ListRow) =>
    row.kind === "group" ? (
      <GroupRow segment={row.segment} isOpen={row.isOpen} onToggle={toggleGroup} />
    ) : (
      <Row
        item={row.item}
        sessionId={sessionId}
        isGrowing={turn !== null && row.item === last}
        turn={row.turn}
        onFold={foldTurn}
      />
    );
  return (
    <OpenRows value={openRows}>
      <div className={classes.frame}>
        <ScrollRegion ref={viewport} className={classes.viewport} label={text.session.transcript}>
          <ol className={classes.rows} style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, key, start }) => (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                data-tight={isTight(index) || undefined}
                data-nested={isNested(list[index]!) || undefined}
                className={classes.row}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={list.length}
                aria-posinset={index + 1}
              >
                {content(list[index]!)}
              </li>
            ))}
          </ol>
        </ScrollRegion>
        {hasNew && (
          <Button
            className={classes.below}
            size="xs"
            radius="xl"
            variant="default"
            leftSection={<IconArrowDown size={14} aria-hidden />}
            onClick={toEnd}
          >
            {text.session.newBelow}
          </Button>
        )}
      </div>
      {turn !== null && <WorkingLine turn={turn} plan={plan} isAsking={openAsks.size > 0} />}
    </OpenRows>
  );
}

function kindOf(row: ListRow | undefined): ListKind {
  if (row === undefined) return "text";
  return row.kind === "group" ? "group" : row.item.kind;
}

function isNested(row: ListRow): boolean {
  return row.kind === "item" && row.isNested;
}
