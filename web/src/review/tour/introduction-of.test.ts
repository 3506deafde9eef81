import assert from "node:assert/strict";
import { test } from "node:test";
import { introductionOf } from "./introduction-of.ts";

test("what, why and how are taken from a description, with what stands under them", () => {
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
    introductionOf(description),
    "## What changed\nThe kettle.\n### Its lid\n```sh\n# no heading\n```\n## Why\nIt leaked.",
  );
});

test("a description without such parts is taken whole, and an empty one is none", () => {
  assert.equal(introductionOf(" Just words.\n# Other\n"), "Just words.\n# Other");
  for (const nothing of [null, "", "  \n"]) assert.equal(introductionOf(nothing), null);
});
