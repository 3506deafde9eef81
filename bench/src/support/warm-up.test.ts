import assert from "node:assert/strict";
import { test } from "node:test";
import { warmUp } from "./warm-up.ts";

test("spreads the given number of requests evenly over the calls", async () => {
  const counts = [0, 0, 0];
  const calls = counts.map((_count, index) => async () => {
    counts[index]! += 1;
  });
  await warmUp(calls, 90);
  assert.deepEqual(counts, [30, 30, 30]);
});

test("fails if a request fails", async () => {
  const failing = async () => {
    throw new Error("rejected");
  };
  await assert.rejects(warmUp([failing]), /rejected/);
});
