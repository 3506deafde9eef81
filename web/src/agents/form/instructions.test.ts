import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMarkdown, toMarkdown } from "./instructions.ts";

test("converts Markdown to a document and back unchanged", () => {
  for (const text of ["", "One line.", "Two\nlines.", "# Title\n\n- one\n- two\n\n```\ncode\n```"])
    assert.equal(toMarkdown(parseMarkdown(text)), text);
});

test("converts a rich text document to Markdown", () => {
  const paragraph = (text: string) => ({ type: "paragraph", content: [{ type: "text", text }] });
  const item = (text: string) => ({ type: "listItem", content: [paragraph(text)] });
  const document = {
    type: "doc",
    content: [
      { type: "heading", attrs: { level: 2 }, content: [{ type: "text", text: "Title" }] },
      { type: "bulletList", content: [item("one"), item("two")] },
      { type: "orderedList", content: [item("first")] },
      { type: "paragraph", content: [{ type: "mention", attrs: { label: "octo/api" } }] },
      { type: "codeBlock", content: [{ type: "text", text: "x" }] },
      { type: "unknown", content: [paragraph("kept"), null, 7] },
    ],
  };
  assert.equal(
    toMarkdown(document),
    "## Title\n\n- one\n- two\n\n1. first\n\n@octo/api\n\n```\nx\n```\n\nkept",
  );
  assert.equal(toMarkdown(null), "");
});
