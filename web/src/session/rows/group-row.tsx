import { Loader, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconChevronRight } from "@tabler/icons-react";
import { memo, useMemo } from "react";
import { text } from "../../text/index.ts";
import { describeCalls } from "../transcript/describe-calls.ts";
import type { Segment } from "../transcript/group-items.ts";
import { summarizeCalls } from "../transcript/summarize-calls.ts";
import { Changed } from "./changed.tsx";
import classes from "./rows.module.css";

/** A stretch of tool calls. The list shows the calls below it while it is open. */
export const GroupRow = memo(function GroupRow({
  segment,
  isOpen,
  onToggle,
}: {
  readonly segment: Segment;
  readonly isOpen: boolean;
  readonly onToggle: (key: string, isOpen: boolean) => void;
}) {
  const summary = useMemo(() => summarizeCalls(segment.items), [segment]);
  return (
    <UnstyledButton
      className={classes.foldLine}
      onClick={() => onToggle(segment.key, !isOpen)}
      aria-expanded={isOpen}
    >
      <IconChevronRight
        className={classes.chevron}
        data-open={isOpen || undefined}
        size={14}
        stroke={2}
        aria-hidden
      />
      <span className={classes.groupTitle}>{describeCalls(summary)}</span>
      <Changed lines={summary} />
      {summary.failed > 0 && (
        <span className={classes.failedCalls}>
          <IconAlertTriangle size={14} aria-hidden />
          {text.toolCalls.failed[summary.failedClass](summary.failed)}
        </span>
      )}
      {summary.isRunning && (
        <span className={classes.toolState}>
          <Loader size={12} role="img" aria-label={text.session.tool.status.running} />
        </span>
      )}
    </UnstyledButton>
  );
});
