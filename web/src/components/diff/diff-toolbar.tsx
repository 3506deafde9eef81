import { ActionIcon, Group, SegmentedControl, Text, Tooltip } from "@mantine/core";
import { IconLayoutSidebar, IconSpace } from "@tabler/icons-react";
import { text } from "../../text/index.ts";
import classes from "./diff-viewer.module.css";
import { LineCounts } from "./line-counts.tsx";
import type { DiffView } from "./rows.ts";

interface DiffToolbarProps {
  readonly counts: { readonly files: number; readonly additions: number; readonly deletions: number };
  readonly viewedFiles: number;
  readonly hasTree: boolean;
  readonly onTree: (hasTree: boolean) => void;
  readonly hidesWhitespace: boolean;
  readonly onWhitespace: (hides: boolean) => void;
  readonly view: DiffView;
  /** Switches the view, or null if the page is too narrow for two columns. */
  readonly onView: ((view: DiffView) => void) | null;
}

export function DiffToolbar({
  counts,
  viewedFiles,
  hasTree,
  onTree,
  view,
  onView,
  ...props
}: DiffToolbarProps) {
  const { hidesWhitespace, onWhitespace } = props;
  return (
    <div className={classes.toolbar}>
      <Group gap={8} wrap="nowrap" className={classes.facts}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-pressed={hasTree}
          aria-label={hasTree ? text.diff.hideTree : text.diff.showTree}
          onClick={() => onTree(!hasTree)}
        >
          <IconLayoutSidebar size={17} stroke={1.7} aria-hidden />
        </ActionIcon>
        <Text size="sm" className={classes.fact}>
          {text.diff.files(counts.files)}
        </Text>
        <LineCounts additions={counts.additions} deletions={counts.deletions} />
        <Text size="sm" c="dimmed" className={classes.fact} role="status">
          {text.diff.viewedCount(viewedFiles, counts.files)}
        </Text>
      </Group>
      <Group gap={8} wrap="nowrap">
        <Tooltip label={text.diff.hideWhitespace}>
          <ActionIcon
            variant={hidesWhitespace ? "light" : "subtle"}
            color={hidesWhitespace ? "teal" : "gray"}
            aria-pressed={hidesWhitespace}
            aria-label={text.diff.hideWhitespace}
            onClick={() => onWhitespace(!hidesWhitespace)}
          >
            <IconSpace size={17} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
        {onView !== null && (
          <SegmentedControl
            size="xs"
            value={view}
            onChange={(next) => onView(next as DiffView)}
            aria-label={text.diff.view}
            data={[
              { value: "unified", label: text.diff.unified },
              { value: "split", label: text.diff.split },
            ]}
          />
        )}
      </Group>
    </div>
  );
}
