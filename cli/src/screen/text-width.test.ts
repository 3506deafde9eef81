import assert from "node:assert/strict";
import { test } from "node:test";
import { fitted, padded, textWidth } from "./text-width.ts";

test("counts two columns for a wide character and none for a combining mark", () => {
  for (const [text, width] of [
    ["", 0],
    ["plain", 5],
    ["é", 1],
    ["e\u0301", 1],
    ["日本語", 6],
    ["한글", 4],
    ["✅ ok", 5],
    ["👩‍👩‍👧", 2],
    ["🇩🇪", 2],
    ["❤️", 2],
    ["a\u200bb", 2],
  ] as const)
    assert.equal(textWidth(text), width, JSON.stringify(text));
});

test("shortens text with an ellipsis, and never exceeds the width", () => {
  assert.equal(fitted("short", 5), "short");
  assert.equal(fitted("longer", 5), "long…");
  assert.equal(fitted("日本語", 5), "日本…");
  assert.equal(fitted("日本語", 4), "日…");
  assert.equal(fitted("x", 0), "");
});

test("pads by columns", () => {
  assert.equal(padded("日本", 6), "日本  ");
  assert.equal(padded("too long", 3), "too long");
});
