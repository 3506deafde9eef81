import assert from "node:assert/strict";
import { test } from "node:test";
import { toCsv } from "./csv.ts";

test("quotes cells, and does not let a spreadsheet run text as a formula", () => {
  const rows = [
    ["plain", 1.5],
    ['a "b", c\nd', -2],
    ["=HYPERLINK(1)", 0],
    ["-1", 0],
  ];
  assert.equal(
    toCsv(["NAME", "COST"], rows),
    `NAME,COST\r\nplain,1.5\r\n"a ""b"", c\nd",-2\r\n'=HYPERLINK(1),0\r\n'-1,0\r\n`,
  );
});
