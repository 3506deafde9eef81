import { useMemo } from "react";
import { partsOf } from "./context.ts";
import { hideWhitespace } from "./hide-whitespace.ts";
import { columnsIn, type Metrics, numberWidth } from "./metrics.ts";
import type { DiffFile } from "./parse-patch.ts";
import { type DiffView, heightOf, rowsOf } from "./rows.ts";
import type { ContextLines } from "./use-context-lines.ts";

interface Shown {
  readonly view: DiffView;
  readonly hidesWhitespace: boolean;
  readonly context: Pick<ContextLines, "opened" | "lines" | "onOpen">;
  readonly metrics: Metrics | null;
}

/** Returns the rows of a file and their height in pixels, before they are rendered. */
export function useFileRows(file: DiffFile, { view, hidesWhitespace, context, metrics }: Shown) {
  const { opened, lines } = context;
  const canOpen = context.onOpen !== undefined;
  const parts = useMemo(() => {
    const hunks = hidesWhitespace ? hideWhitespace(file.hunks) : file.hunks;
    const all = partsOf({ kind: file.kind, hunks }, opened, lines);
    // Without the file, it is unknown whether lines follow the last hunk.
    return canOpen ? all : all.filter((part) => part.kind !== "gap" || part.gap.hidden !== null);
  }, [file, hidesWhitespace, opened, lines, canOpen]);
  const rows = useMemo(() => rowsOf(parts, view), [parts, view]);
  const numbers = metrics === null ? 0 : numberWidth(file, metrics);
  const columns = metrics === null ? 1 : columnsIn(view, metrics, numbers);
  const height = useMemo(() => rows.reduce((sum, row) => sum + heightOf(row, columns), 0), [rows, columns]);
  return { parts, rows, numbers, columns, height };
}
