import assert from "node:assert/strict";
import { test } from "node:test";
import { fitLine, wrap } from "./fit-line.ts";

test("truncates at a word boundary, and inside a word that is too long", () => {
  assert.equal(fitLine("one two", 7), "one two");
  assert.equal(fitLine("one two three", 9), "one two…");
  assert.equal(fitLine("one two, three", 10), "one two…");
  assert.equal(fitLine("abcdefghijkl", 5), "abcd…");
  assert.equal(fitLine("👩👩👩👩", 3), "👩👩…");
});

test("wraps text, and indents continuation lines of a list item", () => {
  const words = "word ".repeat(20).trim();
  const [first, second] = wrap(`- ${words}`).split("\n");
  assert.ok(first!.startsWith("- word") && first!.length <= 72);
  assert.match(second!, /^ {2}word/);
});

test("keeps code, tables and long words unchanged", () => {
  const long = "x ".repeat(50).trim();
  const url = `https://example.com/${"a".repeat(100)}`;
  for (const text of [
    `\`\`\`\n${long}\n\`\`\``,
    `    ${long}`.trimStart() && `a\n    ${long}`,
    `| ${long} |`,
    url,
  ])
    assert.equal(wrap(text), text);
});
