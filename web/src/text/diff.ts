import { formatCount, formatCountOf } from "../format/numbers.ts";

export const diff = {
  files: (n: number) => formatCountOf(n, "file", "files"),
  lines: (additions: number, deletions: number) =>
    `${formatCountOf(additions, "line", "lines")} added, ${formatCount(deletions)} removed`,
  tree: "Changed files",
  showTree: "Show file tree",
  hideTree: "Hide file tree",
  view: "Diff view",
  unified: "Unified",
  split: "Split",
  kind: { added: "New", deleted: "Deleted", modified: "Modified", renamed: "Renamed", copied: "Copied" },
  was: (path: string) => `was ${path}`,
  mode: (from: string, to: string) => `File mode changed from ${from} to ${to}`,
  binary: "Binary file. No preview is available.",
  noLines: "No lines changed.",
  large: (lines: number) => `This diff is large (${formatCount(lines)} lines).`,
  show: "Load diff",
  fold: (path: string) => `Diff of ${path}`,
  comment: (line: number) => `Comment on line ${line}`,
  commentOld: (line: number) => `Comment on removed line ${line}`,
  writeHint: "Leave a comment",
  add: "Add comment",
  cancel: "Cancel",
  notSent: "Not sent yet",
  remove: "Remove comment",
  elsewhere: (line: number) => `On line ${line}, which is no longer part of the diff`,
};
