import assert from "node:assert/strict";
import { test } from "node:test";
import { splitLines } from "./split-lines.ts";

function linesOf(maxLineBytes: number, ...chunks: string[]) {
  const lines: (string | null)[] = [];
  const feed = splitLines(maxLineBytes, (line) => lines.push(line?.toString() ?? null));
  for (const chunk of chunks) feed(Buffer.from(chunk));
  return lines;
}

test("joins lines across chunks, and holds back an incomplete last line", () => {
  assert.deepEqual(linesOf(10, "a", "b\n\nc", "d\ne"), ["ab", "", "cd"]);
});

test("drops a line beyond the limit, and returns the next line in full", () => {
  assert.deepEqual(linesOf(4, "1234\n", "12", "345", "6\nab", "cd\n"), ["1234", null, "abcd"]);
});
