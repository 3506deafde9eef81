import assert from "node:assert/strict";
import { test } from "node:test";
import { storableJson, storableText, storableValue } from "./storable.ts";

test("replaces NUL characters and lone surrogates with replacement characters", () => {
  assert.equal(storableText("a\0b\uD800c"), "a\uFFFDb\uFFFDc");
  assert.deepEqual(storableValue(["a\0", null, 1]), ["a\uFFFD", null, 1]);
  assert.equal(storableValue({ login: "a\0" }), '{"login":"a\uFFFD"}');
});

test("leaves other texts and bytes unchanged", () => {
  const text = 'emoji \u{1F600}, backslash \\u0000 \\ud800, quote "';
  assert.equal(storableText(text), text);
  assert.deepEqual(JSON.parse(storableJson({ text })), { text });
  const bytes = Buffer.from([0, 1]);
  assert.equal(storableValue(bytes), bytes);
});

test("cleans JSON in keys and values at every depth", () => {
  const value = { "k\0": [{ deep: "x\0y" }, "\uDFFF", 5, null, true] };
  assert.deepEqual(JSON.parse(storableJson(value)), {
    "k\uFFFD": [{ deep: "x\uFFFDy" }, "\uFFFD", 5, null, true],
  });
});
