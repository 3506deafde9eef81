import assert from "node:assert/strict";
import { test } from "node:test";
import { lineDiff } from "./line-diff.ts";

const shown = (before: string | null, after: string) =>
  lineDiff(before, after).map(({ mark, text }) => mark + text);

test("adds every line of a new file, removes every line of an emptied one, and returns nothing without changes", () => {
  assert.deepEqual(shown(null, "a\nb\n"), ["+a", "+b"]);
  assert.deepEqual(shown("a\nb\n", ""), ["-a", "-b"]);
  assert.deepEqual(shown("a\nb\n", "a\nb\n"), []);
});

test("shows two lines of context around a change, and omits the lines between distant changes", () => {
  const numbers = Array.from({ length: 20 }, (_, index) => String(index));
  const changed = numbers.map((line) => (line === "3" || line === "15" ? `${line}!` : line));
  assert.deepEqual(shown(numbers.join("\n"), changed.join("\n")), [
    ...[" 1", " 2", "-3", "+3!", " 4", " 5", "…"],
    ...[" 13", " 14", "-15", "+15!", " 16", " 17"],
  ]);
});

test("shows unchanged lines within a change", () => {
  assert.deepEqual(shown("a\nb\nc\nd", "b\nx\nd\ne"), ["-a", " b", "-c", "+x", " d", "+e"]);
});

test("prints both texts in full if they are too long to compare", () => {
  const long = (word: string) => Array.from({ length: 1_100 }, (_, index) => `${word}${index}`).join("\n");
  const lines = lineDiff(long("a"), long("b"));
  assert.equal(lines.length, 2_200);
  assert.equal(lines.filter(({ mark }) => mark === "-").length, 1_100);
});
