import assert from "node:assert/strict";
import { test } from "node:test";
import { median, quantile } from "./statistics.ts";

test("returns the middle value as the median, or the mean of the middle two, in any order", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 2, 10]), 3);
});

test("returns a measured value as a quantile", () => {
  const hundred = Array.from({ length: 100 }, (_value, index) => index + 1);
  assert.equal(quantile(hundred, 0.5), 50);
  assert.equal(quantile(hundred, 0.99), 99);
  assert.equal(quantile([7], 0.99), 7);
  assert.equal(quantile([1, 2], 0), 1);
});

test("rejects an empty list for the median and for a quantile", () => {
  assert.throws(() => median([]), /at least one/);
  assert.throws(() => quantile([], 0.5), /at least one/);
});
