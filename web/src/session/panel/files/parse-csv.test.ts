import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCsv } from "./parse-csv.ts";

const wide = { rows: 100, columns: 100, cell: 1_000 };
const rowsOf = (text: string) => parseCsv(text, wide).rows;

test("parses quotes, line ends and empty cells", () => {
  assert.deepEqual(rowsOf('a,b\r\n"1, ""one""\nmore",\r\n,3\n'), [
    ["a", "b"],
    ['1, "one"\nmore', ""],
    ["", "3"],
  ]);
  assert.deepEqual(rowsOf("\uFEFFa\n\nb"), [["a"], [""], ["b"]]);
  assert.deepEqual(rowsOf("a,"), [["a", ""]]);
  assert.deepEqual(rowsOf(""), []);
});

test("finds the separator in the first line", () => {
  assert.deepEqual(rowsOf("a;b\n1,5;2"), [
    ["a", "b"],
    ["1,5", "2"],
  ]);
  assert.deepEqual(rowsOf("a\tb"), [["a", "b"]]);
});

test("accepts text that is no CSV", () => {
  assert.deepEqual(rowsOf('"open, for ever\nand on'), [["open, for ever\nand on"]]);
  assert.deepEqual(rowsOf('"a";b,c'), [["a;b", "c"]]);
});

test("stops at each limit", () => {
  const text = "a,b,c\n1,2,3\n4,5,6\n";
  assert.deepEqual(parseCsv(text, { ...wide, rows: 2 }), {
    rows: [
      ["a", "b", "c"],
      ["1", "2", "3"],
    ],
    isCut: true,
  });
  assert.deepEqual(parseCsv(text, { ...wide, columns: 2 }).rows[2], ["4", "5"]);
  assert.deepEqual(parseCsv("abcdef,g", { ...wide, cell: 3 }), { rows: [["abc…", "g"]], isCut: true });
  assert.equal(parseCsv(text, wide).isCut, false);
});
