import assert from "node:assert/strict";
import { test } from "node:test";
import { describeSavedFiles } from "./saved-files.ts";

test("names each saved file on one line, and at most 50", () => {
  const text = describeSavedFiles(["app/a.ts", "line\nbreak"]);
  assert.deepEqual(text.split("\n").slice(1), ['- "app/a.ts"', '- "line\\nbreak"']);
  const many = describeSavedFiles(Array.from({ length: 51 }, (_, number) => `${number}`));
  assert.equal(many.split("\n").length, 52);
  assert.match(many, /- and more$/);
});
