import assert from "node:assert/strict";
import { test } from "node:test";
import { wrapMarkdown } from "./wrap-markdown.ts";

test("fills lines up to 120 characters, and indents continuation lines", () => {
  const word = "x".repeat(39);
  assert.equal(wrapMarkdown(` ${word} ${word} ${word}  y `), `${word} ${word} ${word}\ny`);
  assert.equal(wrapMarkdown(`- ${word} ${word} ${word}`, "  "), `- ${word} ${word}\n  ${word}`);
  assert.equal(wrapMarkdown("y".repeat(130)), "y".repeat(130), "keeps a longer word whole");
});

test("never begins a line with a word that Markdown interprets as a marker", () => {
  const [first, second] = ["x".repeat(18), "y".repeat(101)];
  for (const marker of ["-", "+", "*", ">", "#", "###", "===", "---", "1.", "400)"]) {
    assert.equal(wrapMarkdown(`${first} ${second} ${marker} z`), `${first}\n${second} ${marker} z`, marker);
  }
  assert.equal(
    wrapMarkdown(`${first} ${second} 400 z`),
    `${first} ${second}\n400 z`,
    "control: 400 without punctuation is not a marker",
  );
});

test("rejects multiline text", () => {
  assert.throws(() => wrapMarkdown("one\n- two"), /one paragraph at a time: "one\\n- two"/);
});
