import assert from "node:assert/strict";
import { test } from "node:test";
import { shorten, titleOf } from "./title.ts";

test("the title is the first sentence of the prompt", () => {
  assert.equal(titleOf("Fix the login. Then write a test."), "Fix the login");
  assert.equal(titleOf("Why does it fail? Look."), "Why does it fail?");
  assert.equal(titleOf("Bump to v1.2.3 now"), "Bump to v1.2.3 now");
});

test("blank lines before it and runs of space are left out", () => {
  assert.equal(titleOf("\n\n  Fix \t the   login\nmore"), "Fix the login");
});

test("a long sentence is cut at 80 characters, counted as a person counts them", () => {
  const title = titleOf("🐘".repeat(100));
  assert.equal(Array.from(title).length, 80);
  assert.ok(title.endsWith("…"));
});

test("80 characters stay as they are", () => {
  assert.equal(shorten("a".repeat(80)), "a".repeat(80));
});
