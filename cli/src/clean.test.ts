import assert from "node:assert/strict";
import { test } from "node:test";
import { clean, safeJson } from "./clean.ts";

test("removes escape sequences and control characters, and keeps tabs, newlines and text in every script", () => {
  assert.equal(
    clean("a\x1b[31mred\x1b[0m\x1b]8;;http://x\x07link\x1b]8;;\x07\x00\x08\x7f\x9bz\r"),
    "aredlinkz",
  );
  assert.equal(clean("a\tb\ngrüße 🐘 مرحبا 世界"), "a\tb\ngrüße 🐘 مرحبا 世界");
  assert.equal(clean("x\u202ey\u2066z"), "xyz");
});

test("forms no escape sequence when two cleaned strings are concatenated", () => {
  assert.doesNotMatch(clean("a\x1b") + clean("[31mb"), /\x1b/);
});

test("escapes the control characters that JSON.stringify does not escape, without changing the value", () => {
  const value = { text: "\x1b[31m\x9b\x7fü" };
  assert.doesNotMatch(safeJson(value), /[\x00-\x1f\x7f-\x9f]/);
  assert.deepEqual(JSON.parse(safeJson(value)), value);
});
