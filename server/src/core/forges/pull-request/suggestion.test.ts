import assert from "node:assert/strict";
import { test } from "node:test";
import { suggestionIn } from "./suggestion.ts";

test("reads the first suggestion block of a comment", () => {
  assert.deepEqual(suggestionIn("Rather:\n```suggestion\nconst a = 1;\n  b();\n```\nYes?"), [
    "const a = 1;",
    "  b();",
  ]);
  assert.deepEqual(suggestionIn("```suggestion\r\nx\r\n```"), ["x"]);
  assert.deepEqual(suggestionIn("```suggestion\n```"), [], "an empty suggestion deletes the lines");
  assert.deepEqual(
    suggestionIn("````suggestion\n```\n````"),
    ["```"],
    "a longer fence can contain a shorter one",
  );
});

test("ignores other blocks and an unclosed suggestion block", () => {
  for (const body of ["```ts\nx\n```", "suggestion", "```suggestion\nx", "text ```suggestion\nx\n```"])
    assert.equal(suggestionIn(body), null, body);
});
