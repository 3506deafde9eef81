import assert from "node:assert/strict";
import { test } from "node:test";
import { endOf } from "./read-services.ts";

const textOf = (text: string, maxBytes: number, isCut = false) => endOf(text, { maxBytes, isCut });

test("returns whole lines of a log that is too long", () => {
  assert.deepEqual(textOf("one\ntwo\nthree\n", 14), { text: "one\ntwo\nthree\n", isCut: false });
  assert.deepEqual(textOf("one\ntwo\nthree\n", 12), { text: "two\nthree\n", isCut: true });
  assert.deepEqual(textOf("one\ntwo\nthree\n", 10), { text: "two\nthree\n", isCut: true });
  assert.deepEqual(textOf("one\ntwo", 3), { text: "two", isCut: true });
});

test("returns the end of a line that is too long, without a part of a character", () => {
  assert.deepEqual(textOf("abcdef\n", 3), { text: "ef\n", isCut: true });
  assert.deepEqual(textOf("aü\n", 2), { text: "\n", isCut: true });
});

test("removes the rest of a line whose beginning was removed before", () => {
  assert.deepEqual(textOf("e\ntwo\n", 100, true), { text: "two\n", isCut: true });
  assert.deepEqual(textOf("rest of a line", 100, true), { text: "rest of a line", isCut: true });
});
