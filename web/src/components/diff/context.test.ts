import assert from "node:assert/strict";
import { test } from "node:test";
import { type DiffPart, hasLines, linesOfContent, type Opened, openMore, partsOf } from "./context.ts";
import { parsePatch } from "./parse-patch.ts";

const lines = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`);
const changed = lines.with(19, "twenty").with(39, "forty");
/** A patch that changes lines 20 and 40 of a file with 60 lines. */
const [file] = parsePatch(
  [
    "diff --git a/a.txt b/a.txt",
    "--- a/a.txt",
    "+++ b/a.txt",
    ...hunkAt(20, "twenty", " def one():"),
    ...hunkAt(40, "forty", ""),
    "",
  ].join("\n"),
);

function hunkAt(line: number, words: string, near: string): readonly string[] {
  const around = (from: number) => lines.slice(from - 1, from + 2).map((text) => ` ${text}`);
  const range = `${line - 3},7`;
  return [
    `@@ -${range} +${range} @@${near}`,
    ...around(line - 3),
    `-line ${line}`,
    `+${words}`,
    ...around(line + 1),
  ];
}

/** Describes each part: the hidden lines of a gap, or the first and the last line. */
const shape = (parts: readonly DiffPart[]) =>
  parts.map((part) => {
    if (part.kind === "gap") return part.gap.hidden;
    const numbers = part.changes.flatMap((change) =>
      change.type === "normal" ? [change.newLineNumber] : [],
    );
    return `${part.isOpened ? "opened" : "hunk"} ${numbers[0]}-${numbers.at(-1)}`;
  });
const opened = (...entries: [number, Opened][]) => new Map(entries);
const none = opened();

test("returns a gap before, between and after the hunks", () => {
  const parts = partsOf(file!, none, null);
  assert.deepEqual(shape(parts), [16, "hunk 17-23", 13, "hunk 37-43", null]);
  assert.equal(parts[0]!.kind === "gap" && parts[0]!.gap.near, "def one():");
  assert.deepEqual(shape(partsOf(file!, none, changed)).at(-1), 17);
});

test("shows opened lines next to the hunk that the user extended, with both line numbers", () => {
  const parts = partsOf(file!, opened([0, openMore(undefined, "end", 5)]), changed);
  assert.deepEqual(shape(parts).slice(0, 3), [11, "opened 12-16", "hunk 17-23"]);
  assert.deepEqual(parts[1]!.kind === "changes" && parts[1]!.changes[0], {
    type: "normal",
    isNormal: true,
    content: "line 12",
    oldLineNumber: 12,
    newLineNumber: 12,
  });
  const between = openMore(openMore(undefined, "start", 2), "end", 3);
  assert.deepEqual(shape(partsOf(file!, opened([1, between]), changed)).slice(1, 5), [
    "hunk 17-23",
    "opened 24-25",
    8,
    "opened 34-36",
  ]);
});

test("removes a gap whose lines are all open, even if more lines were requested", () => {
  const all = openMore(undefined, "start", Number.MAX_SAFE_INTEGER);
  assert.deepEqual(shape(partsOf(file!, opened([1, all], [2, all]), changed)), [
    16,
    "hunk 17-23",
    "opened 24-36",
    "hunk 37-43",
    "opened 44-60",
  ]);
  const both = { start: 10, end: 10 };
  assert.deepEqual(shape(partsOf(file!, opened([1, both]), changed)).slice(2, 4), [
    "opened 24-33",
    "opened 34-36",
  ]);
});

test("shows no gap in a new or deleted file, or after a hunk that ends the file", () => {
  const [added] = parsePatch(
    "diff --git a/b b/b\nnew file mode 100644\n--- /dev/null\n+++ b/b\n@@ -0,0 +1 @@\n+one\n",
  );
  assert.deepEqual(partsOf(added!, none, null).length, 1);
  const [atEnd] = parsePatch("diff --git a/b b/b\n--- a/b\n+++ b/b\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n");
  assert.deepEqual(partsOf(atEnd!, none, null).length, 1);
});

test("counts the lines before a hunk that only deletes lines", () => {
  const [file] = parsePatch("diff --git a/b b/b\n--- a/b\n+++ b/b\n@@ -5,2 +4,0 @@\n-five\n-six\n");
  assert.deepEqual(shape(partsOf(file!, none, null))[0], 4);
});

test("recognizes whether lines belong to the diff", () => {
  assert.equal(hasLines(file!.hunks, changed), true);
  assert.equal(hasLines(file!.hunks, lines), false);
  assert.equal(hasLines(file!.hunks, changed.toSpliced(0, 1)), false);
});

test("splits content into lines, with or without a newline at the end", () => {
  assert.deepEqual(linesOfContent("one\ntwo\n"), ["one", "two"]);
  assert.deepEqual(linesOfContent("one\r\n\ntwo"), ["one\r", "", "two"]);
  assert.deepEqual(linesOfContent(""), []);
});
