import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { isSame } from "./is-same.ts";

export interface Edit<Values> {
  /** Edited values, or the current ones if there are no edits. */
  readonly draft: Values;
  /** Values when editing began. */
  readonly base: Values;
  readonly isDirty: boolean;
  /** True if the current values have changed since editing began. */
  readonly hasMoved: boolean;
  write(next: Values): void;
  discard(): void;
  /** Keeps the edits on top of the current values. */
  keep(): void;
}

/** Returns the edits of a form with these current values. Asks before the user leaves the page with unsaved edits. */
export function useEdit<Values>(current: Values, question: string): Edit<Values> {
  const [edit, setEdit] = useState<{ readonly base: Values; readonly draft: Values } | null>(null);
  const isDirty = edit !== null && !isSame(edit.base, edit.draft);
  const draft = edit?.draft ?? current;
  const base = isDirty ? edit.base : current;
  useBlocker({
    shouldBlockFn: ({ current: from, next }) =>
      isDirty && from.pathname !== next.pathname && !window.confirm(question),
    enableBeforeUnload: () => isDirty,
  });
  return {
    draft,
    base,
    isDirty,
    hasMoved: isDirty && !isSame(edit.base, current),
    write: (next) => setEdit({ base, draft: next }),
    discard: () => setEdit(null),
    keep: () => setEdit({ base: current, draft }),
  };
}
