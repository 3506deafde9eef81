import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf } from "./context.ts";
import { columnsOf } from "./count-columns.ts";
import { parsePatch } from "./parse-patch.ts";
import { type DiffRow, heightOf, rowsOf } from "./rows.ts";

const [file] = parsePatch(
  [
    "diff --git a/a b/a",
    "--- a/a",
    "+++ b/a",
    "@@ -1,5 +1,5 @@",
    " same",
    "-one",
    "-two",
    "+1",
    " end",
    "+2",
    "",
  ].join("\n"),
);
const parts = partsOf(file!, new Map(), null);
const words = (rows: readonly DiffRow[]) =>
  rows.map((row) => (row.kind === "gap" ? null : row.changes.map((change) => change?.content ?? null)));

test("shows one line per row in the unified view", () => {
  assert.deepEqual(words(rowsOf(parts, "unified")), [["same"], ["one"], ["two"], ["1"], ["end"], ["2"]]);
});

test("pairs deleted and inserted lines of a block in the split view", () => {
  assert.deepEqual(words(rowsOf(parts, "split")), [
    ["same", "same"],
    ["one", "1"],
    ["two", null],
    ["end", "end"],
    [null, "2"],
  ]);
});

test("gives each row of a file its own key", () => {
  for (const view of ["split", "unified"] as const) {
    const keys = rowsOf(parts, view).map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length, view);
  }
});

test("reserves the height of the longest cell of a row", () => {
  const [row] = rowsOf(
    [
      {
        kind: "changes",
        isOpened: false,
        changes: [
          { type: "delete", isDelete: true, content: "x".repeat(21), lineNumber: 1 },
          { type: "insert", isInsert: true, content: "", lineNumber: 1 },
        ],
      },
    ],
    "split",
  );
  assert.equal(heightOf(row!, 10), 64);
  assert.equal(heightOf(row!, 21), 24);
});

test("counts the columns of tabs, wide characters and marks", () => {
  assert.equal(columnsOf("\ta\tb"), 9);
  assert.equal(columnsOf("漢字"), 4);
  assert.equal(columnsOf("e\u0301"), 1);
  assert.equal(columnsOf(""), 0);
});
