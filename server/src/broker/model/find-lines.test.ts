import assert from "node:assert/strict";
import { test } from "node:test";
import { findLines } from "./find-lines.ts";

function linesOf(maxLineBytes: number, ...chunks: string[]) {
  const lines: string[] = [];
  const feed = findLines(["x", "yy"], maxLineBytes, (line) => lines.push(line.toString()));
  for (const chunk of chunks) feed(Buffer.from(chunk));
  return lines;
}

test("lines with a mark are told in their order, once each, and no others", () => {
  assert.deepEqual(linesOf(10, "1\n2yy\n\nx3x\n4\nyyx5\n6\n"), ["2yy", "x3x", "yyx5"]);
});

test("lines are put together from pieces, and the last one waits for its end", () => {
  assert.deepEqual(linesOf(10, "a", "x\n\nc", "y", "yd\nx"), ["ax", "cyyd"]);
});

test("a stream tells the same lines however it is cut", () => {
  const text = "\nx\n\n1yy\nnone\ny\ny\nxx yy\nend x\n";
  const expected = ["x", "1yy", "xx yy", "end x"];
  for (let bytes = 1; bytes <= text.length; bytes += 1) {
    const chunks = text.match(new RegExp(`[^]{1,${bytes}}`, "g"))!;
    assert.deepEqual(linesOf(10, ...chunks), expected, `in pieces of ${bytes}`);
  }
});

test("a line beyond the bound is left out, and the next one is whole", () => {
  assert.deepEqual(linesOf(4, "123x\n", "12", "3x5", "6\nax", "cd\n1234x\nx\n"), ["123x", "axcd", "x"]);
});
