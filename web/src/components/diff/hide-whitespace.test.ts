import assert from "node:assert/strict";
import { test } from "node:test";
import { hideWhitespace } from "./hide-whitespace.ts";
import { parsePatch } from "./parse-patch.ts";

const hunksOf = (...lines: readonly string[]) =>
  parsePatch(["diff --git a/a b/a", "--- a/a", "+++ b/a", "@@ -1,9 +1,9 @@", ...lines, ""].join("\n"))[0]!
    .hunks;
const shown = (...lines: readonly string[]) =>
  hideWhitespace(hunksOf(...lines)).map(({ changes }) =>
    changes.map(({ type, content }) => `${type[0]} ${content}`),
  );

test("turns a line whose white space changed into an unchanged line with the new text and both numbers", () => {
  const [hunk] = hideWhitespace(hunksOf(" a", "-  b", "+\tb", "-c", "+d"));
  assert.deepEqual(
    hunk!.changes.map(({ type, content }) => [type, content]),
    [
      ["normal", "a"],
      ["normal", "\tb"],
      ["delete", "c"],
      ["insert", "d"],
    ],
  );
  assert.deepEqual(hunk!.changes[1], {
    type: "normal",
    isNormal: true,
    content: "\tb",
    oldLineNumber: 2,
    newLineNumber: 2,
  });
});

test("matches lines of a block although others were added or removed between them", () => {
  assert.deepEqual(shown("-a", "-b", "-c", "+new", "+ a", "+ c"), [["i new", "n  a", "d b", "n  c"]]);
});

test("omits a hunk that only changes white space", () => {
  assert.deepEqual(shown(" a", "-b", "+b "), []);
});

test("keeps a block as it is if comparing its lines would take too long", () => {
  const many = Array.from({ length: 1_200 }, (_, index) => index);
  const lines = [...many.map((at) => `-${at} old`), ...many.map((at) => `+${at} new`)];
  assert.equal(shown(...lines)[0]!.length, 2_400);
});
