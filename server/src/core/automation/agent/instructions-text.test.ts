import assert from "node:assert/strict";
import { test } from "node:test";
import { instructionsOf, instructionsText } from "./instructions-text.ts";

const text = (words: string) => ({ type: "text", text: words });
const paragraph = (...content: object[]) => ({ type: "paragraph", content });

test("a document is read as Markdown, and unknown nodes by what is in them", () => {
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

test("what is no document says nothing, and one that is nested too deep is refused", () => {
  for (const odd of [
    null,
    {},
    { content: "x" },
    { type: "doc", content: [null, 1, { type: "text", text: 2 }] },
  ])
    assert.equal(instructionsText(odd), "");
  let deep: Record<string, unknown> = text("bottom");
  for (let level = 0; level < 101; level += 1) deep = { type: "blockquote", content: [deep] };
  assert.throws(() => instructionsText(deep), { code: "invalid_input", message: /nested deeper/ });
});

test("a text becomes a document that says it", () => {
  const words = "First line.\nSecond line.\n\nAnother block.";
  assert.equal(instructionsText(instructionsOf(words)), words);
});
