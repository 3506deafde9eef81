import { structuredPatch } from "diff";
import { useMemo } from "react";
import { FileLines } from "../../components/diff/file-lines.tsx";
import { type DiffFile, readHunks } from "../../components/diff/parse-patch.ts";
import { ScrollRegion } from "../../components/scroll-region.tsx";
import { text } from "../../text/index.ts";
import type { FileDiff as FileDiffData } from "../transcript/item.ts";
import classes from "./file-diff.module.css";

const CONTEXT_LINES = 3;
/**
 * Maximum total length of the old and the new text. For longer texts, only the new text is shown, because comparing
 * them would block the page.
 */
const LONGEST_CHARS = 200_000;

/** Change that a tool call made to a file. */
export function FileDiff({ diff }: { readonly diff: FileDiffData }) {
  const { path, oldText, newText } = diff;
  const file = useMemo(() => fileOf(path, oldText ?? "", newText), [path, oldText, newText]);
  return (
    <figure className={classes.diff}>
      <figcaption className={classes.path} title={path}>
        <bdi>{path.replace(/^\/workspace\//, "")}</bdi>
      </figcaption>
      {file.hunks.length === 0 ? (
        <p className={classes.same}>{text.session.tool.sameText}</p>
      ) : (
        <ScrollRegion className={classes.lines} label={text.session.tool.diffOf(path)}>
          <FileLines file={file} />
        </ScrollRegion>
      )}
    </figure>
  );
}

function fileOf(path: string, oldText: string, newText: string): DiffFile {
  const isLong = oldText.length + newText.length > LONGEST_CHARS;
  const { hunks } = structuredPatch("a", "b", isLong ? "" : oldText, newText, "", "", {
    context: CONTEXT_LINES,
  });
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: changed }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...changed,
  ]);
  return {
    path,
    oldPath: path,
    kind: "modified",
    isBinary: false,
    modeChange: null,
    additions: 0,
    deletions: 0,
    hunks: readHunks(lines),
  };
}
