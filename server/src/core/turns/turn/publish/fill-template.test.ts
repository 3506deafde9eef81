import assert from "node:assert/strict";
import { test } from "node:test";
import { fillTemplate } from "./fill-template.ts";

const words = { what: "Did it.", why: "> Do it", checked: "- `npm test`: succeeded (exit code 0)" };

test("lists the parts in order when there is no template", () => {
  const plain =
    "## What\n\nDid it.\n\n## Why\n\n> Do it\n\n## Verification\n\n- `npm test`: succeeded (exit code 0)";
  assert.equal(fillTemplate(null, words), plain);
  assert.equal(fillTemplate(" \n", words), plain);
});

test("puts each part below the matching heading and keeps the rest of the template", () => {
  const template =
    "## Description\r\n<!-- Say what -->\r\n\r\n## Motivation and context\n\n## How has this been tested?\n\n## Checklist\n- [ ] Docs\n";
  assert.equal(
    fillTemplate(template, words),
    "## Description\n\nDid it.\n\n<!-- Say what -->\n\n## Motivation and context\n\n> Do it\n\n## How has this been tested?\n\n- `npm test`: succeeded (exit code 0)\n\n## Checklist\n- [ ] Docs",
  );
});

test("puts parts without a matching heading before the template", () => {
  const filled = fillTemplate("# Checklist\n- [ ] Signed", words);
  assert.ok(filled.startsWith("## What\n\nDid it.\n\n## Why"), filled);
  assert.ok(filled.endsWith("# Checklist\n- [ ] Signed"), filled);
});

test("uses each heading once, and leaves the section of an empty part unchanged", () => {
  const filled = fillTemplate("## Summary\n## Changes\n", { ...words, why: "", checked: "" });
  assert.equal(filled, "## Summary\n\nDid it.\n\n## Changes");
});
