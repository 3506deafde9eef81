import assert from "node:assert/strict";
import { test } from "node:test";
import { ResultCache } from "./result-cache.ts";

test("discards the result that was not used for the longest time at the total limit", () => {
  const cache = new ResultCache<string>({ maxBytes: 2_000, maxResultBytes: 1_000 });
  cache.add("a", "A", 400);
  cache.add("b", "B", 400);
  assert.equal(cache.get("a"), "A");
  cache.add("c", "C", 400);
  assert.deepEqual([cache.get("a"), cache.get("b"), cache.get("c")], ["A", undefined, "C"]);
});

test("does not keep a result that is too large, and forgets the former result for the key", () => {
  const cache = new ResultCache<string>({ maxBytes: 10_000, maxResultBytes: 1_000 });
  cache.add("a", "A", 1_000);
  assert.equal(cache.get("a"), "A");
  cache.add("a", "larger", 1_001);
  assert.equal(cache.get("a"), undefined);
});

test("limits the number of empty results", () => {
  const cache = new ResultCache<number>({ maxBytes: 5_000, maxResultBytes: 1_000 });
  for (let index = 0; index < 100; index++) cache.add(`key ${index}`, index, 0);
  const kept = Array.from({ length: 100 }, (_, index) => cache.get(`key ${index}`)).filter(Boolean);
  assert.deepEqual(kept, [91, 92, 93, 94, 95, 96, 97, 98, 99]);
});
