import assert from "node:assert/strict";
import { test } from "node:test";
import { readMacro } from "./read-macro.ts";

const calling: readonly (readonly [words: string, key: string, rest: string])[] = [
  ["!review", "review", ""],
  ["!review the tests", "review", "the tests"],
  ["  \n!review\n\nthe tests\n", "review", "the tests"],
  ["!nightly-build: only Linux", "nightly-build", "only Linux"],
  ["!a.b_c, please", "a.b_c", "please"],
  ["!review.", "review", "."],
  ["!日本 直して", "日本", "直して"],
  ["!x !y", "x", "!y"],
];
for (const [words, key, rest] of calling) {
  test(`${JSON.stringify(words)} calls ${key}`, () => assert.deepEqual(readMacro(words), { key, rest }));
}

for (const words of [
  "",
  "!",
  "!!! urgent",
  "! review",
  "![a picture](https://example.com/a.png)",
  "!(x)",
  "!review(tests)",
  "please !review",
  "\\!review",
  `!${"k".repeat(101)}`,
]) {
  test(`${JSON.stringify(words)} calls no agent`, () => assert.equal(readMacro(words), null));
}
