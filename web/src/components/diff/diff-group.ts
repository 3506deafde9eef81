import type { ReactNode } from "react";
import type { DiffProps } from "./diff.tsx";
import type { ViewedFiles } from "./use-viewed.ts";

/** The changes of one repository. */
export interface DiffGroup
  extends Pick<DiffProps, "name" | "files" | "annotations" | "onComment" | "renderForm" | "source">,
    ViewedFiles {
  /** Name of the repository. The viewer shows it if it has several groups. */
  readonly title: string;
  readonly heading?: ReactNode;
  /** Number of changed files, including those that `files` omits. */
  readonly changedFiles: number;
  readonly additions: number;
  readonly deletions: number;
  /** Reason why `files` omits files, or undefined if it contains all. */
  readonly omitted?: string | undefined;
}
