import assert from "node:assert/strict";
import { test } from "node:test";
import { visibleName } from "./visible-name.ts";

test("escapes characters that hide or reorder a name, and keeps every other script", () => {
  assert.equal(visibleName("\u202Egnp.exe"), "\\u{202E}gnp.exe");
  assert.equal(visibleName("a\nb\t\u200B.md"), "a\\u{000A}b\\u{0009}\\u{200B}.md");
  for (const name of ["שלום.md", "👩‍👩‍👧‍👦.txt", "a b.ts", "<b>"]) assert.equal(visibleName(name), name);
});
