import type { ReactNode } from "react";
import type { ChangeData } from "react-diff-view";
import type { DiffFile } from "./parse-patch.ts";

/** A line of a change, on the new or the old side. */
export interface DiffPlace {
  readonly path: string;
  readonly side: "old" | "new";
  readonly line: number;
}

/** Content shown below a line. */
export interface DiffAnnotation extends DiffPlace {
  readonly id: string;
  readonly content: ReactNode;
  /** True if the line belongs to an earlier version of the file. */
  readonly isElsewhere?: boolean | undefined;
}

/** Returns the line that a comment on this change refers to. */
export function diffPlace(file: DiffFile, change: ChangeData): DiffPlace {
  if (change.type === "delete") return { path: file.path, side: "old", line: change.lineNumber };
  const line = change.type === "insert" ? change.lineNumber : change.newLineNumber;
  return { path: file.path, side: "new", line };
}
