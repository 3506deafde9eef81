import { ActionIcon, Group, SegmentedControl, Text } from "@mantine/core";
import { IconLayoutSidebar } from "@tabler/icons-react";
import type { SessionDiff } from "@tembo-io/sdk";
import { LineCounts } from "../../../components/diff/line-counts.tsx";
import { text } from "../../../text/index.ts";
import classes from "./changes-panel.module.css";

export type DiffView = "split" | "unified";

interface ChangesToolbarProps {
  readonly diffs: readonly Pick<SessionDiff, "changedFiles" | "additions" | "deletions">[];
  readonly hasTree: boolean;
  readonly onTree: (hasTree: boolean) => void;
  readonly view: DiffView;
  /** Switches the view, or null if the panel is too narrow for two columns. */
  readonly onView: ((view: DiffView) => void) | null;
}

export function ChangesToolbar({ diffs, hasTree, onTree, view, onView }: ChangesToolbarProps) {
  const sum = (field: "changedFiles" | "additions" | "deletions") =>
    diffs.reduce((total, diff) => total + diff[field], 0);
  return (
    <div className={classes.toolbar}>
      <Group gap={8} wrap="nowrap">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-pressed={hasTree}
          aria-label={hasTree ? text.diff.hideTree : text.diff.showTree}
          onClick={() => onTree(!hasTree)}
        >
          <IconLayoutSidebar size={17} stroke={1.7} aria-hidden />
        </ActionIcon>
        <Text size="sm">{text.diff.files(sum("changedFiles"))}</Text>
        <LineCounts additions={sum("additions")} deletions={sum("deletions")} />
      </Group>
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
    </div>
  );
}
