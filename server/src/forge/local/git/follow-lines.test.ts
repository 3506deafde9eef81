import assert from "node:assert/strict";
import { test } from "node:test";
import { linesAfter } from "./follow-lines.ts";

const after = (hunk: string, start: number, end = start) =>
  linesAfter(`--- a/x\n+++ b/x\n${hunk}\n`, { start, end });

test("shifts lines by the number of lines added and removed before them", () => {
  assert.deepEqual(after("@@ -2,0 +3,2 @@", 3), { start: 5, end: 5 });
  assert.deepEqual(after("@@ -1,2 +0,0 @@", 5, 6), { start: 3, end: 4 });
  assert.deepEqual(after("@@ -1 +1,3 @@", 2), { start: 4, end: 4 });
  assert.deepEqual(after("", 2), { start: 2, end: 2 });
});

test("does not shift lines for changes after them", () => {
  assert.deepEqual(after("@@ -4,0 +5,2 @@", 3, 4), { start: 3, end: 4 });
  assert.deepEqual(after("@@ -5 +5 @@", 3, 4), { start: 3, end: 4 });
});

test("returns null if the lines changed, or if lines were inserted between them", () => {
  assert.equal(after("@@ -3 +3 @@", 3), null);
  assert.equal(after("@@ -2,3 +2 @@", 4, 5), null);
  assert.equal(after("@@ -3,0 +4 @@", 3, 4), null);
  assert.equal(linesAfter("Binary files a/x and b/x differ", { start: 1, end: 1 }), null);
});
