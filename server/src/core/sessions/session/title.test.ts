import assert from "node:assert/strict";
import { test } from "node:test";
import { shorten, titleOf } from "./title.ts";

test("uses the first sentence of the prompt as the title", () => {
  assert.equal(titleOf("Fix the login. Then write a test."), "Fix the login");
  assert.equal(titleOf("Why does it fail? Look."), "Why does it fail?");
  assert.equal(titleOf("Bump to v1.2.3 now"), "Bump to v1.2.3 now");
});

test("removes leading blank lines and collapses whitespace", () => {
  assert.equal(titleOf("\n\n  Fix \t the   login\nmore"), "Fix the login");
});

test("truncates a long sentence at 80 characters, counted in code points", () => {
  const title = titleOf("🐘".repeat(100));
  assert.equal(Array.from(title).length, 80);
  assert.ok(title.endsWith("…"));
});

test("does not truncate a text of 80 characters", () => {
  assert.equal(shorten("a".repeat(80)), "a".repeat(80));
});
