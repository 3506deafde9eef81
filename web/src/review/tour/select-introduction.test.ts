import assert from "node:assert/strict";
import { test } from "node:test";
import { selectIntroduction } from "./select-introduction.ts";

test("selects the what, why and how sections of a description, with their content", () => {
  const description = [
    "A greeting.",
    "## What changed",
    "The kettle.",
    "### Its lid",
    "```sh",
    "# no heading",
    "```",
    "## Checklist",
    "- [ ] nothing",
    "## Why",
    "It leaked.",
  ].join("\n");
  assert.equal(
    selectIntroduction(description),
    "## What changed\nThe kettle.\n### Its lid\n```sh\n# no heading\n```\n## Why\nIt leaked.",
  );
});

test("returns a description without such sections whole, and null for an empty one", () => {
  assert.equal(selectIntroduction(" Just words.\n# Other\n"), "Just words.\n# Other");
  for (const nothing of [null, "", "  \n"]) assert.equal(selectIntroduction(nothing), null);
});
