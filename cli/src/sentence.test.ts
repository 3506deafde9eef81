import assert from "node:assert/strict";
import { test } from "node:test";
import { asSentence, withReason } from "./sentence.ts";

test("ends a foreign text with exactly one period", () => {
  assert.equal(asSentence(new Error("ENOENT: no such file\n  or folder")), "ENOENT: no such file or folder.");
  assert.equal(asSentence("The session has ended. "), "The session has ended.");
  assert.equal(asSentence("Is the server running?"), "Is the server running?");
  assert.equal(asSentence(" . "), "");
});

test("appends a reason after a colon, and omits an empty reason", () => {
  assert.equal(withReason("git failed", "not found"), "git failed: not found.");
  assert.equal(withReason("git failed", new Error("")), "git failed.");
});
