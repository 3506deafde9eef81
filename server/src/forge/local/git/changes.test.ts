import assert from "node:assert/strict";
import { test } from "node:test";
import { hunkAt } from "./changes.ts";

const patch = [
  "@@ -1,4 +1,5 @@",
  " one",
  "-two",
  "+2",
  "+2.5",
  " three",
  " four",
  "@@ -20,2 +21,1 @@ function",
  " twenty",
  "-gone",
  "\\ No newline at end of file",
].join("\n");

test("ends the hunk at the commented line, on the given side", () => {
  const upTo = (count: number) => patch.split("\n").slice(0, count).join("\n");
  assert.equal(hunkAt(patch, 1, "new"), upTo(2));
  assert.equal(hunkAt(patch, 2, "old"), upTo(3));
  assert.equal(hunkAt(patch, 2, "new"), upTo(4));
  assert.equal(hunkAt(patch, 5, "new"), upTo(7));
  assert.equal(hunkAt(patch, 21, "old"), patch.split("\n").slice(7, 10).join("\n"));
});

test("returns no hunk for a line outside the patch", () => {
  for (const line of [6, 19, 22]) assert.equal(hunkAt(patch, line, "new"), null, String(line));
  assert.equal(hunkAt("", 1, "new"), null);
});
