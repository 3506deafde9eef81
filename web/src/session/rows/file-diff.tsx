import "react-diff-view/style/index.css";
import { structuredPatch } from "diff";
import { useMemo } from "react";
import { Diff, Hunk, parseDiff } from "react-diff-view";
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
  const file = useMemo(() => fileOf(oldText ?? "", newText), [oldText, newText]);
  return (
    <figure className={classes.diff}>
      <figcaption className={classes.path} title={path}>
        <bdi>{path.replace(/^\/workspace\//, "")}</bdi>
      </figcaption>
      {file === null || file.hunks.length === 0 ? (
        <p className={classes.same}>{text.session.tool.sameText}</p>
      ) : (
        <ScrollRegion className={classes.lines} label={text.session.tool.diffOf(path)}>
          <Diff viewType="unified" diffType={file.type} hunks={file.hunks}>
            {(hunks) => hunks.map((hunk) => <Hunk key={hunk.content} hunk={hunk} />)}
          </Diff>
        </ScrollRegion>
      )}
    </figure>
  );
}

/**
 * Returns the change as a parsed diff. Uses fixed file names, so that the parser never processes a name from a harness.
 */
function fileOf(oldText: string, newText: string) {
  const isLong = oldText.length + newText.length > LONGEST_CHARS;
  const { hunks } = structuredPatch("a", "b", isLong ? "" : oldText, newText, "", "", {
    context: CONTEXT_LINES,
  });
  const body = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...lines.filter((line) => !line.startsWith("\\")),
  ]);
  return parseDiff(["diff --git a/a b/b", "--- a/a", "+++ b/b", ...body].join("\n"))[0] ?? null;
}
