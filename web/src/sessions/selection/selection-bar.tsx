import { Button, CloseButton } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { SessionListItem } from "@tembo-io/sdk";
import { useState } from "react";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { text } from "../../text/index.ts";
import { type BulkName, bulkActions } from "./bulk-actions.ts";
import classes from "./selection-bar.module.css";

const words = text.sessions.bulk;

/** Actions for the selected sessions, above the end of the list. */
export function SelectionBar({
  selected,
  total,
  running,
  onRun,
  onSelectAll,
  onClear,
}: {
  readonly selected: readonly SessionListItem[];
  readonly total: number;
  /** Action that runs, or null. */
  readonly running: BulkName | null;
  readonly onRun: (name: BulkName, sessions: readonly SessionListItem[]) => Promise<void>;
  readonly onSelectAll: () => void;
  readonly onClear: () => void;
}) {
  const [isDeleting, setDeleting] = useState(false);
  const remove = useMutation({ mutationFn: () => onRun("delete", selected) });
  const active = selected.filter(bulkActions.stop.changes).length;
  return (
    <div className={classes.bar} role="toolbar" aria-label={words.bar}>
      <span className={classes.count} role="status">
        {running === null ? words.selected(selected.length) : words.running[running]}
      </span>
      {selected.length < total && running === null && (
        <Button size="compact-sm" variant="subtle" onClick={onSelectAll} aria-label={words.selectAll(total)}>
          {words.all(total)}
        </Button>
      )}
      {[...(active > 0 ? (["stop"] as const) : []), ...namesFor(selected)].map((name) => (
        <Button
          key={name}
          size="compact-sm"
          variant="default"
          disabled={running !== null}
          title={name === "stop" ? words.stopHint(active) : undefined}
          onClick={() => void onRun(name, selected)}
        >
          {words.actions[name]}
        </Button>
      ))}
      <Button
        size="compact-sm"
        variant="default"
        c="var(--state-failed)"
        disabled={running !== null}
        onClick={() => setDeleting(true)}
      >
        {words.actions.delete}
      </Button>
      <CloseButton size="sm" aria-label={words.clear} onClick={onClear} />
      <ConfirmDialog
        isOpen={isDeleting}
        onClose={() => setDeleting(false)}
        title={words.deleteTitle(selected.length)}
        confirm={words.actions.delete}
        cancel={text.session.header.cancel}
        change={remove}
      >
        {words.deleteBody}
      </ConfirmDialog>
    </div>
  );
}

/** Returns the actions that change the sessions. Archives or pins if at least one session is not archived or pinned. */
export function namesFor(selected: readonly SessionListItem[]): readonly BulkName[] {
  return [
    selected.some(bulkActions.archive.changes) ? "archive" : "unarchive",
    selected.some(bulkActions.pin.changes) ? "pin" : "unpin",
  ];
}
