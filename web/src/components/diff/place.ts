import type { ReactNode } from "react";
import type { ChangeData } from "react-diff-view";
import type { DiffFile } from "./parse-patch.ts";

/** A line of a change: of what the file is now, or of what it was. */
export interface DiffPlace {
  readonly path: string;
  readonly side: "old" | "new";
  readonly line: number;
}

/** What is said under a line. */
export interface DiffAnnotation extends DiffPlace {
  readonly id: string;
  readonly content: ReactNode;
  /** Its line is of an earlier state of the file. */
  readonly isElsewhere?: boolean | undefined;
}

/** The line that a comment on this change is on. */
export function placeOf(file: DiffFile, change: ChangeData): DiffPlace {
  if (change.type === "delete") return { path: file.path, side: "old", line: change.lineNumber };
  const line = change.type === "insert" ? change.lineNumber : change.newLineNumber;
  return { path: file.path, side: "new", line };
}
