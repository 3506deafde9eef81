import assert from "node:assert/strict";
import { test } from "node:test";
import { APIConnectionError } from "@tembo-io/sdk";
import { runBulk } from "./run-bulk.ts";

test("runs four at a time, and reports what succeeded and what failed", async () => {
  let [running, most] = [0, 0];
  const result = await runBulk([1, 2, 3, 4, 5, 6, 7, 8, 9], async (n) => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running -= 1;
    if (n % 4 === 0) throw new Error(`No ${n}.`);
  });
  assert.equal(most, 4);
  assert.deepEqual(
    result.done.toSorted((a, b) => a - b),
    [1, 2, 3, 5, 6, 7, 9],
  );
  assert.deepEqual(result.failed.map(({ item, error }) => `${item} ${error}`).toSorted(), [
    "4 Error: No 4.",
    "8 Error: No 8.",
  ]);
});

test("stops at a lost connection, and reports the rest as failed", async () => {
  const tried: number[] = [];
  const result = await runBulk([1, 2, 3, 4, 5, 6, 7, 8, 9], async (n) => {
    tried.push(n);
    await new Promise(setImmediate);
    if (n === 2) throw new APIConnectionError("The connection was lost.");
  });
  assert.ok(tried.length < 9, `${tried}`);
  assert.equal(result.done.length + result.failed.length, 9);
  assert.equal(result.failed.length, 9 - tried.length + 1);
});
