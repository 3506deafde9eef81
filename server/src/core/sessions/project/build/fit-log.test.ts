import assert from "node:assert/strict";
import { test } from "node:test";
import { fitLog, truncation } from "./build-log.ts";

test("keeps text that fits", () => {
  assert.equal(fitLog(0, "abc", 3), "abc");
  assert.equal(fitLog(2, "c", 3), "c");
});

test("cuts text at the limit with a note, and drops all later text", () => {
  const cut = fitLog(1, "bcd", 3)!;
  assert.equal(cut, `bc${truncation}`);
  assert.equal(fitLog(1 + Buffer.byteLength(cut), "e", 3), null);
  assert.equal(fitLog(3, "d", 3), null);
});

test("does not cut inside a character", () => {
  assert.equal(fitLog(0, "aé", 2), `a${truncation}`);
  assert.equal(fitLog(0, "aéb", 3), `aé${truncation}`);
});
