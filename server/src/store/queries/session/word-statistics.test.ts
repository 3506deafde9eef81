import assert from "node:assert/strict";
import { test } from "node:test";
import { decidePlan } from "./search-terms.ts";
import { estimateShare, rarestParts, type WordStatistics } from "./word-statistics.ts";

const common = new Map([
  ["the", 0.9],
  ["webhook", 0.2],
  ["part", 0.1],
  ["artist", 0.01],
]);
const statistics: WordStatistics = { rows: 1_000_000, common };
const empty: WordStatistics = { rows: 1_000_000, common: new Map() };

test("estimates the share of a word from the common words that contain it", () => {
  assert.equal(estimateShare(statistics, "webh"), 0.2);
  assert.equal(estimateShare(statistics, "ebhoo"), 0.2);
  assert.equal(estimateShare(statistics, "art"), 0.1 + 0.01);
  assert.equal(estimateShare(statistics, "nothing"), 0.005, "rarer than the rarest");
  assert.equal(estimateShare(empty, "the"), null);
});

test("chooses the rarest parts of three letters or digits", () => {
  assert.deepEqual(rarestParts(statistics, "part84"), ["rt8", "t84", "par"]);
  assert.deepEqual(rarestParts(statistics, "a\u0301bcd"), ["bcd"]);
  assert.deepEqual(rarestParts(statistics, "ab"), []);
  assert.deepEqual(rarestParts(empty, "part84"), []);
});

test("looks up rare words, and leaves the decision to PostgreSQL for common ones and without statistics", () => {
  const plan = (used: WordStatistics, ...words: string[]) =>
    decidePlan(used, { words, longestWord: words[0]! }, 200);
  assert.equal(plan(statistics, "the"), "any");
  assert.equal(plan(statistics, "webhook", "the"), "any");
  assert.equal(plan(statistics, "nothing"), "lookUp");
  assert.equal(plan({ ...statistics, rows: 1_000 }, "webhook"), "lookUp");
  assert.equal(plan(empty, "the"), "any");
  assert.equal(plan({ ...statistics, rows: -1 }, "the"), "any");
});
