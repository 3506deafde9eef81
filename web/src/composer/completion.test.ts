import assert from "node:assert/strict";
import { test } from "node:test";
import { complete, matching, mentionAt } from "./completion.ts";

test("a mention is a word behind an @ that the caret ends", () => {
  assert.deepEqual(mentionAt("@", 1), { at: 0, typed: "" });
  assert.deepEqual(mentionAt("Fix @acme/we now", 12), { at: 4, typed: "acme/we" });
  assert.equal(mentionAt("Fix @acme/we now", 16), null);
  assert.equal(mentionAt("ada@example", 11), null);
});

test("a mention is written out in its place, with one space behind", () => {
  const mention = { at: 4, typed: "we" };
  assert.deepEqual(complete("Fix @we", mention, "web"), { prompt: "Fix @web ", caret: 9 });
  assert.deepEqual(complete("Fix @we now", mention, "web"), { prompt: "Fix @web now", caret: 9 });
});

test("names that begin so come first, also behind their owner", () => {
  const all = ["acme/cobweb", "acme/web", "other/api"].map((label) => ({ label }));
  assert.deepEqual(
    matching(all, "WEB").map(({ label }) => label),
    ["acme/web", "acme/cobweb"],
  );
  assert.equal(matching(all, "").length, 3);
});
