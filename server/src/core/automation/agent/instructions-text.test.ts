import assert from "node:assert/strict";
import { test } from "node:test";
import { instructionsOf, instructionsText } from "./instructions-text.ts";

const text = (words: string) => ({ type: "text", text: words });
const paragraph = (...content: object[]) => ({ type: "paragraph", content });

test("converts a document to Markdown and unknown nodes to their content", () => {
  const list = (type: string) => ({
    type,
    content: ["one", "two"].map((word) => ({ type: "listItem", content: [paragraph(text(word))] })),
  });
  const document = {
    type: "doc",
    content: [
      { type: "heading", attrs: { level: 2 }, content: [text("Do")] },
      paragraph(
        text("Ask "),
        { type: "mention", attrs: { id: "1", label: "ada" } },
        { type: "hardBreak" },
        text("first."),
      ),
      list("bulletList"),
      list("orderedList"),
      { type: "codeBlock", content: [text("npm test")] },
      { type: "callout", content: [paragraph(text("Mind."))] },
    ],
  };
  assert.equal(
    instructionsText(document),
    "## Do\n\nAsk @ada\nfirst.\n\n- one\n- two\n\n1. one\n2. two\n\n```\nnpm test\n```\n\nMind.",
  );
});

test("converts an invalid document to empty text, and rejects deep nesting", () => {
  for (const odd of [
    null,
    {},
    { content: "x" },
    { type: "doc", content: [null, 1, { type: "text", text: 2 }] },
  ])
    assert.equal(instructionsText(odd), "");
  let deep: Record<string, unknown> = text("bottom");
  for (let level = 0; level < 101; level += 1) deep = { type: "blockquote", content: [deep] };
  assert.throws(() => instructionsText(deep), { code: "invalid_input", message: /nested more than/ });
});

test("converts a text to a document and back", () => {
  const words = "First line.\nSecond line.\n\nAnother block.";
  assert.equal(instructionsText(instructionsOf(words)), words);
});
