import { Button } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import { ScrollRegion } from "../components/scroll-region.tsx";
import { text } from "../text/index.ts";
import { OpenRows } from "./rows/fold.tsx";
import { Row } from "./rows/row.tsx";
import type { Transcript } from "./transcript/draft.ts";
import type { TranscriptItem } from "./transcript/item.ts";
import classes from "./transcript-list.module.css";
import { useStickToEnd } from "./use-stick-to-end.ts";
import { WorkingLine } from "./working-line.tsx";

const TOP_PX = 20;
/** Estimated row heights in pixels, used until a row is measured. */
const estimates: Partial<Record<TranscriptItem["kind"], number>> = {
  message: 96,
  text: 80,
  plan: 120,
  picture: 320,
};
/** Kinds of items that are shown as a single line. Adjacent lines have less space between them. */
const lines: ReadonlySet<TranscriptItem["kind"]> = new Set([
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
  const viewport = useRef<HTMLElement>(null);
  const [openRows] = useState(() => new Map<string, boolean>());
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => viewport.current,
    getItemKey: (index) => items[index]!.key,
    estimateSize: (index) => estimates[items[index]!.kind] ?? 36,
    paddingStart: TOP_PX,
    overscan: 8,
  });
  const { isAtEnd, toEnd } = useStickToEnd(viewport, rows.getTotalSize());
  const last = items.length - 1;
  const isTight = (index: number) =>
    lines.has(items[index]!.kind) && lines.has(items[index + 1]?.kind ?? "text");
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
                className={classes.row}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={items.length}
                aria-posinset={index + 1}
              >
                <Row item={items[index]!} sessionId={sessionId} isGrowing={turn !== null && index === last} />
              </li>
            ))}
          </ol>
        </ScrollRegion>
        {!isAtEnd && (
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
      {turn !== null && <WorkingLine turn={turn} isAsking={openAsks.size > 0} />}
    </OpenRows>
  );
}
