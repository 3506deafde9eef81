import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePatch } from "../../../components/diff/parse-patch.ts";
import { linesBefore, suggestionOf } from "./suggest-lines.ts";

const [file] = parsePatch(
  [
    "diff --git a/x b/x",
    "--- a/x",
    "+++ b/x",
    "@@ -1,3 +1,4 @@",
    " one",
    "-two",
    "+2",
    "+```",
    " three",
    "",
  ].join("\n"),
);

test("returns the lines on the new side up to the selected line", () => {
  assert.deepEqual(linesBefore(file!, 3), [
    { line: 1, content: "one" },
    { line: 2, content: "2" },
    { line: 3, content: "```" },
  ]);
  assert.deepEqual(linesBefore(file!, 9), []);
});

test("adds the selected lines below the text, in a fence longer than any fence in them", () => {
  const lines = linesBefore(file!, 3);
  assert.equal(suggestionOf("Rather:", lines, 2), "Rather:\n\n````suggestion\n2\n```\n````\n");
  assert.equal(suggestionOf("", lines.slice(0, 1), 1), "```suggestion\none\n```\n");
});
