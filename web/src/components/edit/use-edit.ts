import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import {
  type Compared,
  type EditState,
  rebaseEdit,
  type ShownEdit,
  settleEdit,
  showEdit,
} from "./edit-state.ts";

/** `draft` contains the edited values, or the current ones if there are no edits. */
export interface Edit<Values> extends ShownEdit<Values> {
  write(next: Values): void;
  discard(): void;
  /** Keeps the edited fields on top of the current values. */
  keep(): void;
  /** Ends the edits that the server has saved. Keeps edits since the request was sent. */
  settle(submitted: Values, saved: Values): void;
}

/** Returns the edits of a form with these current values. Asks before the user leaves the page with unsaved edits. */
export function useEdit<Values extends object>(
  current: Values,
  question: string,
  compared: Compared<Values>,
): Edit<Values> {
  const [edit, setEdit] = useState<EditState<Values> | null>(null);
  const shown = showEdit(edit, current, compared);
  const { base, isDirty } = shown;
  useBlocker({
    shouldBlockFn: ({ current: from, next }) =>
      isDirty && from.pathname !== next.pathname && !window.confirm(question),
    enableBeforeUnload: () => isDirty,
  });
  return {
    ...shown,
    write: (draft) => setEdit({ base, draft }),
    discard: () => setEdit(null),
    keep: () => setEdit(rebaseEdit(shown, current, compared)),
    settle: (submitted, saved) => setEdit((now) => settleEdit(now, { submitted, saved }, compared)),
  };
}
